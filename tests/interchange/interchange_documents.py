"""Small SBML documents, written for the tests."""

MATH = 'xmlns="http://www.w3.org/1998/Math/MathML"'


def document(body, version=2):
    """A Level 3 document around the lists of a model."""
    namespace = f"http://www.sbml.org/sbml/level3/version{version}/core"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sbml xmlns="{namespace}" level="3" version="{version}">\n'
        f'<model id="m">\n{body}\n</model>\n</sbml>'
    )


def math(content):
    return f"<math {MATH}>{content}</math>"


def compartment(size="1", constant="true"):
    return (
        f'<listOfCompartments><compartment id="C" spatialDimensions="3" size="{size}" constant="{constant}"/>'
        "</listOfCompartments>"
    )


def species(*ids, amount="1", substance="false", boundary="false"):
    rows = "".join(
        f'<species id="{id}" compartment="C" initialAmount="{amount}" hasOnlySubstanceUnits="{substance}" '
        f'boundaryCondition="{boundary}" constant="false"/>'
        for id in ids
    )
    return f"<listOfSpecies>{rows}</listOfSpecies>"


def parameters(constant="true", **values):
    rows = "".join(f'<parameter id="{id}" value="{value}" constant="{constant}"/>' for id, value in values.items())
    return f"<listOfParameters>{rows}</listOfParameters>"


def decay(law, species="S"):
    return (
        f'<listOfReactions><reaction id="R" reversible="false"><listOfReactants><speciesReference species="{species}" '
        f'stoichiometry="1" constant="true"/></listOfReactants><kineticLaw>{math(law)}</kineticLaw></reaction>'
        "</listOfReactions>"
    )


TIME = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time"> t </csymbol>'


def event(trigger, assignments, delay=None, priority=None, persistent="true", initial="true", at_trigger="true"):
    parts = "".join(f'<eventAssignment variable="{v}">{math(m)}</eventAssignment>' for v, m in assignments.items())
    later = f"<delay>{math(delay)}</delay>" if delay else ""
    rank = f"<priority>{math(priority)}</priority>" if priority else ""
    return (
        f'<event useValuesFromTriggerTime="{at_trigger}"><trigger initialValue="{initial}" persistent="{persistent}">'
        f"{math(trigger)}</trigger>{rank}{later}<listOfEventAssignments>{parts}</listOfEventAssignments></event>"
    )
