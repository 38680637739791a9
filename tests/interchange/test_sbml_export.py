"""SBML out: libsbml finds nothing to say, and an interpreter of its own gives the engine's numbers."""

from __future__ import annotations

import csv
import math
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import libsbml
import numpy as np
import pytest

from melanokine.engine import Schedule
from melanokine.errors import ModelError
from melanokine.interchange.sbml_export import Formulas, dose_changes, sbml_document
from melanokine.interchange.sbml_export.annotations import TABLE, annotations_of, sources
from melanokine.interchange.sbml_export.units import NodeUnits, unit_name
from melanokine.network import Graph, evaluate, parse
from melanokine.patients import standard_model
from melanokine.patients.sbml import sbml

from .interpreter import Interpreter, read, value

TIMES = np.array([0.0, *np.arange(0.13, 30.0, 0.71)])


def document(small, doses=None, **more):
    return sbml_document(small.network, small.equations, small.parameters, schedule=doses, **more)


class TestSmallNetwork:
    def test_untreated_course_from_its_own_start(self, small):
        """Without initial values the document computes them, as the network does."""
        found = Interpreter(document(small)).course(TIMES, ["drug", "cells", "signal", "tired"])
        start = small.equations.initial_states(small.parameters)[None, :]
        expected = small.kernel.integrate(small.parameters[None, :], start, times=TIMES, rtol=1e-11).states[0]
        np.testing.assert_allclose(found, expected, rtol=2e-8, atol=1e-12)

    def test_guarded_doses_and_overlapping_infusions(self, small, doses):
        start = small.equations.initial_states(small.parameters)
        text = document(small, doses, initial=start)
        names = ["drug", "cells", "signal", "tired", "concentration", "observed_level", "observed_size"]
        found = Interpreter(text).course(TIMES, names)
        run = small.kernel.integrate(small.parameters[None, :], start[None, :], schedule=doses, times=TIMES, rtol=1e-11)
        withheld = (~run.given[0]).sum()
        assert 0 < withheld < (doses.guard >= 0).sum(), "the case must hold some doses back and give others"
        assert run.events[0, 0] > 0, "the event must happen"
        np.testing.assert_allclose(found[:, :4], run.states[0], rtol=2e-7, atol=1e-9)
        np.testing.assert_allclose(found[:, 4:], run.observables[0][:, [1, 1, 0]], rtol=2e-7, atol=1e-9)

    def test_the_flag_of_a_guarded_dose_says_whether_it_was_given(self, small, doses):
        start = small.equations.initial_states(small.parameters)
        interpreter = Interpreter(document(small, doses, initial=start))
        guarded = np.flatnonzero(doses.guard >= 0)
        found = interpreter.course(np.array([0.0, 29.0]), [f"given_{k + 1}" for k in guarded])
        run = small.kernel.integrate(
            small.parameters[None, :], start[None, :], schedule=doses, times=[29.0], rtol=1e-10
        )
        np.testing.assert_array_equal(found[-1], run.given[0][guarded].astype(float))

    def test_a_rate_is_exactly_zero_where_no_infusion_runs(self, small, doses):
        found = Interpreter(document(small, doses)).course(np.array([0.0, 3.0, 8.9, 13.0, 29.0]), ["infusion"])
        assert found[[1, 3, 4], 0].tolist() == [0.0, 0.0, 0.0]

    def test_it_is_made_of_species_with_units_and_of_parameters(self, small):
        kept = read(document(small))
        model = kept.getModel()
        kinds = {
            model.getSpecies(k).getId(): model.getSpecies(k).getSubstanceUnits() for k in range(model.getNumSpecies())
        }
        assert kinds == {"drug": "nmol", "cells": "Mcell"}
        assert model.getParameter("signal").getUnits() == "dimensionless"
        assert model.getParameter("killing").getUnits() == "per_h"
        assert model.getTimeUnits() == "d"
        assert not model.getParameter("other_name").getConstant()

    def test_notes_and_annotations_name_the_sources(self, small):
        kept = read(document(small))
        parameter = kept.getModel().getParameter("clearance")
        assert "measured; 10.1000/182; NCT01234567" in parameter.getNotesString()
        terms = [parameter.getCVTerm(k) for k in range(parameter.getNumCVTerms())]
        found = [term.getResourceURI(j) for term in terms for j in range(term.getNumResources())]
        assert found == [
            "https://identifiers.org/doi:10.1000/182",
            "https://identifiers.org/clinicaltrials:NCT01234567",
        ]
        assert all(term.getBiologicalQualifierType() == libsbml.BQB_IS_DESCRIBED_BY for term in terms)

    def test_the_same_patient_gives_the_same_bytes(self, small, doses):
        assert document(small, doses) == document(small, doses)

    def test_names_that_are_no_identifiers_are_changed_and_kept_apart(self, small):
        kept = read(document(small, name="2 arms: a/b"))
        assert kept.getModel().getId() == "_2_arms__a_b"
        assert kept.getModel().getName() == "2 arms: a/b"
        kept = read(document(small, name="drug"))
        assert kept.getModel().getId() == "drug_2"

    @pytest.mark.parametrize("wrong", [np.zeros(3), np.zeros((1, 14))])
    def test_values_that_do_not_fit_are_refused(self, small, wrong):
        with pytest.raises(ModelError, match="values for the 14 parameters"):
            sbml_document(small.network, small.equations, wrong)
        with pytest.raises(ModelError, match="values for the 4 states"):
            document(small, initial=np.zeros(5))


class TestRefused:
    def test_an_event_that_ends_the_patient(self, small):
        from melanokine.network import equations

        with pytest.raises(ModelError, match="'recovery' ends the patient"):
            sbml_document(small.ending, equations(small.ending), small.parameters)

    def test_a_dose_delayed_by_a_parameter(self, small, doses):
        late = replace(doses, lag=np.where(doses.time == 7.0, list(small.network.parameters).index("rest"), -1))
        with pytest.raises(ModelError, match="day 7 is delayed by the parameter 'rest'"):
            document(small, late)


class TestFormulas:
    def test_every_operation_has_the_value_that_the_engine_gives_it(self):
        graph = Graph()
        x, y = graph.state(0), graph.parameter(0)
        power = graph.pow(x, y)
        nodes = [
            graph.add(x, y), graph.sub(x, y), graph.mul(x, graph.inv(y)), graph.neg(x), graph.exp(y), graph.log(x),
            graph.sqrt(y), power, graph.node("powslope", x, y, power), graph.maximum(x, y), graph.minimum(x, y),
            graph.node("step", x, y), graph.mul(graph.const(-1.5e-300), x), graph.const(math.pi),
        ]  # fmt: skip
        formulas = Formulas(graph, {x: "x", y: "y"})
        for first in (-2.0, 0.0, 1e-41, 1e-30, 0.5, 3.0):
            expected = evaluate(graph, nodes, [first], [2.5])
            for node, wanted in zip(nodes, expected, strict=True):
                text = f'<math xmlns="http://www.w3.org/1998/Math/MathML">{formulas.of(node)}</math>'
                found = value(libsbml.readMathMLFromString(text), {"x": first, "y": 2.5})
                assert found == pytest.approx(float(wanted), rel=1e-15, abs=0.0), graph.op[node]


class TestUnits:
    def test_constants_take_the_unit_that_makes_sense(self):
        graph = Graph()
        amount, rate = graph.state(0), graph.parameter(0)
        per_day = graph.mul(graph.const(24.0), graph.mul(rate, amount))
        units = NodeUnits(graph, [per_day], {amount: parse("nmol"), rate: parse("1/h"), per_day: parse("nmol/d")}).of
        inner = graph.arguments(per_day)[0]  # the constant and the parameter, gathered by the graph
        assert units[inner] == parse("1/d")

    def test_two_units_for_one_expression_are_an_error(self):
        graph = Graph()
        total = graph.add(graph.state(0), graph.parameter(0))
        with pytest.raises(ModelError, match="at once"):
            NodeUnits(graph, [total], {graph.state(0): parse("nmol"), graph.parameter(0): parse("pmol")})

    def test_names_read_like_the_units(self):
        assert [unit_name(parse(text)) for text in ("1/pM/d", "Gcell/L", "m2", "1/d", "mL/min")] == [
            "per_pM_per_d", "Gcell_per_L", "m2", "per_d", "mL_per_min",
        ]  # fmt: skip


class TestDoses:
    def test_instants_hold_all_that_runs(self, small, doses):
        found = dose_changes(doses, small.equations)
        assert list(found) == [0.0, 0.5, 1.0, 1.25, 1.5, 2.25, 7.0, 9.0, 10.0, 14.0, 17.0, 21.0]
        assert [(term.dose, term.begins) for term in found[1.25]["infusion"]] == [(2, False), (3, True)]
        assert found[2.25]["infusion"] == []
        assert [term.amount for term in found[1.5]["infusion"]] == [1.0]

    def test_what_comes_later_can_be_left_out(self, small, doses):
        assert list(dose_changes(doses, small.equations, until=1.25)) == [0.0, 0.5, 1.0]
        assert dose_changes(Schedule.empty(), small.equations) == {}


class TestAnnotations:
    def test_every_resource_is_written_as_identifiers_org_has_it(self):
        import re

        forms = {
            "uniprot": r"[OPQ]\d[A-Z0-9]{3}\d", "CL": r"\d{7}", "GO": r"\d{7}", "CHEBI": r"\d+", "UBERON": r"\d{7}",
            "DOID": r"\d+",
        }  # fmt: skip
        with TABLE.open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                register, _, number = row["resource"].partition(":")
                assert re.fullmatch(forms[register], number), row
                assert row["name"] or row["module"], row
                assert row["label"], row

    def test_every_row_concerns_something_in_the_model(self):
        net = standard_model().network
        names = [(s.name, s.module) for s in net.species_table.values()] + [(c, "") for c in
            {s.compartment for s in net.species_table.values()}]  # fmt: skip
        modules = {module for _, module in names}
        rules = {name for name in net.symbols if name not in net.species_table}
        from fnmatch import fnmatchcase

        with TABLE.open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                known = rules if not row["module"] and row["name"].endswith("*") else {n for n, m in names}
                assert not row["name"] or any(fnmatchcase(name, row["name"]) for name in known), row
                assert not row["module"] or row["module"] in modules, row

    def test_every_cell_and_molecule_of_the_model_is_annotated(self):
        net = standard_model().network
        bare = [
            s.name for s in net.species_table.values()
            if not annotations_of(s.name, s.module) and parse(s.unit).exponents in
            {parse(u).exponents for u in ("mol", "cell", "pM")}
        ]  # fmt: skip
        assert [name for name in bare if not name.startswith("scar_")] == []

    def test_sources_of_four_registers(self):
        found = [one.resource.split("org/")[1] for one in sources("10.1/x; PMID:12; PMC7; NCT01234567; CTCAE 5.0")]
        assert found == ["pubmed:12", "pmc:PMC7", "clinicaltrials:NCT01234567"]


@pytest.fixture(scope="module")
def text():
    regimen = "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses"
    return sbml(standard_model(), [regimen, "nivolumab 240 mg IV every 2 weeks"], days=28.0)


class TestWholeModel:
    def test_libsbml_finds_nothing(self, text):
        kept = read(text)
        assert kept.getModel().getNumEvents() == 2 * 14 + 2 * 2 - 1  # both first doses begin at time zero, at once

    def test_it_says_what_the_equations_say(self, text):
        """Derivatives at states that the patient never meets, floors included."""
        model, interpreter = standard_model(), Interpreter(text)
        equations = model.equations
        start = np.array([interpreter.start[state.name] for state in equations.states])
        parameters = np.array([interpreter.start[name] for name in equations.parameters])
        generator = np.random.default_rng(1)
        for _ in range(3):
            states = start * np.exp(0.5 * generator.standard_normal(len(start)))
            states += generator.choice([0.0, 0.01], len(start)) * [state.scale for state in equations.states]
            inputs = generator.choice([0.0, 3.0], len(equations.inputs))
            now = interpreter.start | dict(zip([s.name for s in equations.states], states, strict=True))
            now |= dict(zip(equations.inputs, inputs, strict=True))
            found = interpreter.derivatives(now)
            expected = equations.derivative(states, parameters, inputs)
            got = [found[state.name] for state in equations.states]
            np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-13 * np.abs(expected).max())

    def test_it_is_well_formed_and_names_the_human(self, text):
        root = ElementTree.fromstring(text)
        assert root.tag == "{http://www.sbml.org/sbml/level3/version2/core}sbml"
        assert "taxonomy:9606" in text


@pytest.mark.parametrize("case", ["small", pytest.param("whole", marks=pytest.mark.slow)])
def test_roadrunner_gives_our_courses(case, small, doses):
    """The independent simulator, to 1e-6 relative; the whole model takes it a minute to compile."""
    roadrunner = pytest.importorskip("roadrunner")
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    if case == "small":
        start = small.equations.initial_states(small.parameters)
        kernel, schedule, parameters, equations = small.kernel, doses, small.parameters, small.equations
        text = document(small, doses, initial=start)
    else:
        from melanokine import drugs
        from melanokine.patients.dosing import as_regimens
        from melanokine.patients.dosing import schedule as schedule_for
        from melanokine.patients.model import model_of
        from melanokine.patients.population import Population
        from melanokine.patients.simulation import TYPICAL_POPULATION, typical_patient

        regimens = as_regimens([
            "aldesleukin 600000 IU/kg IV over 15 min every 8 hours up to 14 doses, repeat after 9 days",
            "nivolumab 360 mg IV every 3 weeks",
        ])  # fmt: skip
        model = model_of(tuple(drugs.load(name) for name in ("aldesleukin", "nivolumab")))
        _, rows, states = typical_patient(model, Population.load(TYPICAL_POPULATION))
        schedule, parameters, start = schedule_for(regimens, model, 30.0), rows[0], states[0]
        kernel, equations = model.kernel, model.equations
        text = sbml_document(model.network, equations, parameters, initial=start, schedule=schedule)
    runner = roadrunner.RoadRunner(text)
    runner.integrator.relative_tolerance = 1e-11
    runner.integrator.absolute_tolerance = 1e-15
    runner.integrator.setValue("maximum_num_steps", 10**6)
    runner.timeCourseSelections = [state.name for state in equations.states]
    found = np.array(runner.simulate(times=list(TIMES)))[1:]
    run = kernel.integrate(parameters[None, :], start[None, :], schedule=schedule, times=TIMES[1:], rtol=1e-10)
    assert 0.0 < run.given.mean() < 1.0
    expected = run.states[0]
    floor = 1e-6 * np.abs(expected).max(axis=0) + 1e-12 * np.array([state.scale for state in equations.states])
    assert (np.abs(found - expected) / (np.abs(expected) + floor)).max() < 1e-6
