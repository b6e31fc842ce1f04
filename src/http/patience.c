#include "http/patience.h"

#include <limits.h>

static void leave(struct patience *patience, struct patience_link *link)
{
    if (link->phase == PATIENCE_NONE)
        return;
    if (link->previous != NULL)
        link->previous->next = link->next;
    else
        patience->first[link->phase] = link->next;
    if (link->next != NULL)
        link->next->previous = link->previous;
    else
        patience->last[link->phase] = link->previous;
    *link = (struct patience_link){.phase = PATIENCE_NONE};
}

void patience_begin(struct patience *patience, struct patience_link *link, enum patience_phase phase,
                    int64_t now_ms)
{
    leave(patience, link);
    if (phase == PATIENCE_NONE)
        return;
    *link = (struct patience_link){
        .phase = phase, .since_ms = now_ms, .previous = patience->last[phase], .next = NULL};
    if (link->previous != NULL)
        link->previous->next = link;
    else
        patience->first[phase] = link;
    patience->last[phase] = link;
}

struct patience_link *patience_over(struct patience *patience, int64_t now_ms)
{
    for (enum patience_phase phase = PATIENCE_IDLE; phase < PATIENCE_PHASES; phase++) {
        struct patience_link *link = patience->first[phase];
        if (link == NULL || patience->limit_ms[phase] == 0 ||
            now_ms - link->since_ms < patience->limit_ms[phase])
            continue;
        patience_begin(patience, link, phase, now_ms);
        return link;
    }
    return NULL;
}

int patience_timeout(const struct patience *patience, int64_t now_ms)
{
    int64_t least = -1;
    for (enum patience_phase phase = PATIENCE_IDLE; phase < PATIENCE_PHASES; phase++) {
        const struct patience_link *link = patience->first[phase];
        if (link == NULL || patience->limit_ms[phase] == 0)
            continue;
        int64_t left = link->since_ms + patience->limit_ms[phase] - now_ms;
        if (left < 0)
            left = 0;
        if (least < 0 || left < least)
            least = left;
    }
    return least > INT_MAX ? INT_MAX : (int)least;
}
