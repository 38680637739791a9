"""Dosing records in the form of NONMEM, in and out.

One row per dose or event, with these columns (others, such as DV and covariates, are left alone):

    ID       the patient, a whole number; 1 where there is no such column
    TIME     hours from the start of treatment unless said otherwise; a patient's rows are in order of time
    AMT      mg, or cells for a cell product
    RATE     AMT per unit of time; 0 is an injection at once, -2 an infusion as long as the drug's record says
    DUR      length of an infusion, in place of RATE
    II, ADDL ADDL further doses follow, II apart
    SS       1 or 2: doses II apart have been given before this one; see `read`
    EVID     0 observation, 1 dose, 2 another event (without a dose), 3 and 4 a patient who begins anew (as first row)
    CMT      the state that receives the dose, by name (`nivolumab_central`, `aldesleukin_depot`), or its number if
             CMTNAME names it or the caller does
    ALAG     delay until the dose enters its compartment; that of the drug's record where it is missing
    F        bioavailability; that of the drug's record where it is missing
    BSA      body surface [m2], for drugs that are dosed by it

F multiplies AMT. An infusion with a RATE is then shorter by as much, one with a DUR slower, as in NONMEM. A patient's
own absorption varies about F as the population does about the value of the record.
"""

from melanokine.drugs.nonmem.columns import COLUMNS, TimeUnit
from melanokine.drugs.nonmem.reading import RecordedDoses, RecordedPatients, read
from melanokine.drugs.nonmem.writing import write

__all__ = ["COLUMNS", "RecordedDoses", "RecordedPatients", "TimeUnit", "read", "write"]
