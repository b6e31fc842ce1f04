/* budget: how much many may hold together, so that memory stays bounded however many there are. Safe for threads. */
#ifndef NTOKEND_BASE_BUDGET_H
#define NTOKEND_BASE_BUDGET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct budget {
    atomic_size_t taken;
    size_t max; /* 0: no bound */
};

/* False: it is used up, and nothing is taken. */
static inline bool budget_take(struct budget *budget, size_t size)
{
    size_t before = atomic_fetch_add(&budget->taken, size);
    if (budget->max == 0 || (before <= budget->max && size <= budget->max - before))
        return true;
    atomic_fetch_sub(&budget->taken, size);
    return false;
}

static inline void budget_give(struct budget *budget, size_t size)
{
    atomic_fetch_sub(&budget->taken, size);
}

#endif
