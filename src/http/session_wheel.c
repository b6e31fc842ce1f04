#include "http/session_wheel.h"

#include <stddef.h>

static struct session_timer **slot_of(struct session_wheel *wheel, int64_t second)
{
    return &wheel->slots[(uint64_t)second % SESSION_WHEEL_SLOTS];
}

void session_wheel_add(struct session_wheel *wheel, struct session_timer *timer, int64_t due_s)
{
    int64_t second = due_s;
    if (second <= wheel->swept_s)
        second = wheel->swept_s + 1;
    if (second >= wheel->swept_s + SESSION_WHEEL_SLOTS)
        second = wheel->swept_s + SESSION_WHEEL_SLOTS - 1;
    struct session_timer **head = slot_of(wheel, second);
    *timer = (struct session_timer){.next = *head, .link = head};
    if (*head != NULL)
        (*head)->link = &timer->next;
    *head = timer;
}

void session_wheel_remove(struct session_timer *timer)
{
    if (timer->link == NULL)
        return;
    *timer->link = timer->next;
    if (timer->next != NULL)
        timer->next->link = timer->link;
    *timer = (struct session_timer){0};
}

bool session_wheel_turn(struct session_wheel *wheel, int64_t now_s, struct session_timer **ret)
{
    if (now_s <= wheel->swept_s)
        return false;
    /* after a long sleep one round finds everything */
    if (now_s - wheel->swept_s > SESSION_WHEEL_SLOTS)
        wheel->swept_s = now_s - SESSION_WHEEL_SLOTS;
    wheel->swept_s++;
    struct session_timer **head = slot_of(wheel, wheel->swept_s);
    *ret = *head;
    *head = NULL;
    if (*ret != NULL)
        (*ret)->link = NULL;
    return true;
}
