/* Texts by fault, with those of faults.def behind them. */
#include "appliance/model/runbooks.h"

Runbooks *
runbooks_new(void)
{
    Runbooks *runbooks = g_new0(Runbooks, 1);

    g_atomic_ref_count_init(&runbooks->refs);
    return runbooks;
}

Runbooks *
runbooks_copy(const Runbooks *runbooks)
{
    Runbooks *copy = runbooks_new();

    for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++)
        copy->texts[fault] = g_strdup(runbooks->texts[fault]);
    return copy;
}

Runbooks *
runbooks_ref(Runbooks *runbooks)
{
    g_atomic_ref_count_inc(&runbooks->refs);
    return runbooks;
}

void
runbooks_unref(Runbooks *runbooks)
{
    if (runbooks == NULL || !g_atomic_ref_count_dec(&runbooks->refs))
        return;
    for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++)
        g_free(runbooks->texts[fault]);
    g_free(runbooks);
}

bool
runbooks_equal(const Runbooks *a, const Runbooks *b)
{
    for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++) {
        if (g_strcmp0(a->texts[fault], b->texts[fault]) != 0)
            return false;
    }
    return true;
}

const char *
runbooks_text(const Runbooks *runbooks, FaultId fault)
{
    const unsigned number = MIN((unsigned)fault, FAULT_NUMBER_MAX);

    return runbooks != NULL && runbooks->texts[number] != NULL ? runbooks->texts[number]
                                                               : fault_info(fault)->action;
}
