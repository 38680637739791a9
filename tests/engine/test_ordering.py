import numpy as np

from melanokine.engine.lowering.factorisation import pattern
from melanokine.engine.lowering.ordering import markowitz


def entries(rows, order):
    return len(pattern(rows, order).slot)


def test_every_index_is_eliminated_once():
    rows = [{1, 2}, {0}, {2, 3}, set()]
    assert sorted(markowitz(rows)) == [0, 1, 2, 3]


def test_an_arrow_is_eliminated_from_its_tip():
    size = 12
    rows = [dict.fromkeys(range(size), 0), *({0: 0, i: 0} for i in range(1, size))]
    order = markowitz(rows)
    assert order.index(0) >= size - 2
    assert entries(rows, order) == 3 * size - 2
    assert entries(rows, range(size)) == size * size


def test_order_does_not_depend_on_the_order_of_entries():
    generator = np.random.default_rng(3)
    rows = [set(generator.choice(30, 4).tolist()) for _ in range(30)]
    assert markowitz(rows) == markowitz([sorted(row, reverse=True) for row in rows])
