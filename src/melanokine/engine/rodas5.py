"""Rodas5: an eight-stage, stiffly accurate Rosenbrock method of order 5 with an embedded solution of order 4.

For y' = f(y), with W = I/(gamma h) - df/dy(y0) factorised once per step, the stages solve

    W k_i = f(y0 + sum_{j<i} A[i][j] k_j) + (1/h) sum_{j<i} C[i][j] k_j                         (i = 1..8)

The last row of A extended by k_8 gives the step, y1 = y0 + sum_j A[8][j] k_j + k_8, and k_8 is the error estimate.

Stages 6 to 8 all look at the end of the step, and k_8 is made of these alone. So it is blind to the error of a state
whose rate depends on other states only, such as the days spent on a drug. k_7 sees it: it is the difference between
two solutions of order 3 and higher, weighs all nodes, and is of the size h^4 where the error of the step is of the
size h^6. With both divided by the tolerances of each state, e_8 and e_7, and the relative tolerance r, the squared
error is

    mean over the states of    e_8^2 + GUARD r |e_7|^3

in which the second term has the size of the square of an error h^6 whose relative size is (r e_7)^(3/2).
Between the ends of the step, with t the fraction of it that has passed,

    y(t) = (1 - t) y0 + t (y1 + (1 - t) (d_1 + t (d_2 + t d_3))),    d_r = sum_j DENSE[r][j] k_j

Method: G. Di Marzo, RODAS5(4) - Méthodes de Rosenbrock d'ordre 5(4) adaptées aux problèmes
différentiels-algébriques, mémoire de diplôme, Université de Genève, 1993; form of the stages as in E. Hairer and
G. Wanner, Solving Ordinary Differential Equations II, section IV.7, doi:10.1007/978-3-642-05221-7.
The coefficients, with those of the dense output, are as transcribed in OrdinaryDiffEq.jl
(C. Rackauckas and Q. Nie, doi:10.5334/jors.151).
"""

from __future__ import annotations

STAGES = 8
ORDER = 5
GAMMA = 0.19
GUARD = 0.1
"""Chosen on the 113-state benchmark model, where it costs no steps at equal error, and on melanokine's model under
interleukin-2, where it saves a third of them; between 0.03 and 1 it matters little."""

_LAST = (-14.09640773051259, 6.925207756232704, -41.47510893210728, 2.343771018586405, 24.13215229196062)

A = (
    (),
    (2.0,),
    (3.040894194418781, 1.041747909077569),
    (2.576417536461461, 1.62208306077664, -0.9089668560264532),
    (2.760842080225597, 1.446624659844071, -0.3036980084553738, 0.2877498600325443),
    _LAST,
    (*_LAST, 1.0),
    (*_LAST, 1.0, 1.0),
)

C = (
    (),
    (-10.31323885133993,),
    (-21.04823117650003, -7.234992135176716),
    (32.22751541853323, -4.943732386540191, 19.44922031041879),
    (-20.69865579590063, -8.816374604402768, 1.260436877740897, -0.7495647613787146),
    (-46.22004352711257, -17.49534862857472, -289.6389582892057, 93.60855400400906, 318.3822534212147),
    (
        34.20013733472935, -14.1553540271769, 57.823356409884, 25.83362985412365, 1.408950972071624,
        -6.551835421242162,
    ),
    (
        42.57076742291101, -13.80770672017997, 93.98938432427124, 18.77919633714503, -31.5835918722337,
        -6.685968952921985, -5.810979938412932,
    ),
)  # fmt: skip

DENSE = (
    (
        27.354592673333357, -6.925207756232857, 26.40037733258859, 0.5635230501052979, -4.699151156849391,
        -1.6008677469422725, -1.5306074446748028, -1.3929872940716344,
    ),
    (
        44.19024239501722, 1.3677947663381929e-13, 202.93261852171622, -35.5669339789154, -181.91095152160645,
        3.4116351403665033, 2.5793540257308067, 2.2435122582734066,
    ),
    (
        -44.0988150021747, -5.755396159656812e-13, -181.26175034586677, 56.99302194811676, 183.21182741427398,
        -7.480257918273637, -5.792426076169686, -5.32503859794143,
    ),
)  # fmt: skip
