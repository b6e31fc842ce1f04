/* audit_desk: a platform with an event log of its own, somebody who logged on there, and the trail of a request; and events as
 * text for tables of rows. */
#ifndef NTOKEND_TESTS_AUDIT_DESK_H
#define NTOKEND_TESTS_AUDIT_DESK_H

#include "platform/audit.h"

/* What the desk differs in. */
struct audit_desk_order {
    bool administrator;   /* alice is one here; else she is nobody in particular */
    bool no_log;          /* the operator gave none */
    bool no_privilege;    /* the service has no SeAuditPrivilege */
    const char *template; /* text of the security template; NULL: none */
    const char *central;  /* text of the central access policies; NULL: none */
};

struct audit_desk {
    struct arena arena; /* the trail's too */
    struct platform *platform;
    struct platform_token *token; /* alice's */
    struct audit_trail trail;
};

/* A fixture of Check, which includes station's. */
void audit_desk_setup(void);
void audit_desk_teardown(void);

/* Exits 99 when the platform does not start. */
void audit_desk_open(struct audit_desk *desk, const struct audit_desk_order *order);
void audit_desk_close(struct audit_desk *desk);
/* The descriptor of an SDDL text, in the desk's arena. Exits 99 on a mistake. */
const struct descriptor *audit_desk_descriptor(struct audit_desk *desk, const char *sddl);

/* "4656 v1 12800 success", then a line a field: "Name value". What differs from run to run is $LOGON (alice's logon), $PID and
 * $EXE; line breaks and tabs in values are \n and \t. In the desk's arena. */
const char *audit_desk_event(struct audit_desk *desk, const struct event *event);
/* All events of the trail, an empty line between them. */
const char *audit_desk_trail(struct audit_desk *desk);

#endif
