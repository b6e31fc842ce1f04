/* double: a Windows that writes down how it was called and answers as a test says. Linked only into tests; behind
 * platform/windows/system.h. */
#ifndef NTOKEND_TESTS_WINDOWS_DOUBLE_H
#define NTOKEND_TESTS_WINDOWS_DOUBLE_H

#include "platform/windows/token_storage.h"

enum { DOUBLE_NODES_MAX = 8, DOUBLE_RECORD_SIZE = 8192 };

/* What it answers. All zero: every call fails with code 0. */
struct double_script {
    BOOL done;  /* of the function under test */
    DWORD code; /* GetLastError after it */
    DWORD granted[DOUBLE_NODES_MAX];
    DWORD statuses[DOUBLE_NODES_MAX];
    BOOL status;
    BOOL generate;
    privilege_set privileges; /* the PRIVILEGE_SET or the previous state that it gives */
    DWORD privileges_claimed; /* how many there are in the PRIVILEGE_SET, when it is not true */
    DWORD size_wanted;        /* buffers below that are too small */
    bool size_stays;          /* … and it does not say by how much */
    /* SSPI */
    SECURITY_STATUS acquire;
    SECURITY_STATUS accept[4]; /* one a leg */
    unsigned legs;
    unsigned long attributes;
    const char *reply;
    unsigned long reply_claims; /* cbBuffer that it leaves; 0: the reply's */
    int64_t expires;
    const wchar_t *package;    /* NULL: it does not say */
    unsigned long negotiation; /* NegotiationState */
    const wchar_t *principal;
    SECURITY_STATUS impersonate;
    SECURITY_STATUS revert;
    /* tokens */
    BOOL set_thread;
    BOOL revert_self;
    unsigned deathless; /* so often TerminateProcess fails */
    BOOL open_thread;
    BOOL duplicate;
    const char *user; /* a SID */
    SECURITY_IMPERSONATION_LEVEL level;
    bool damaged; /* SIDs point outside of the answer */
    /* SDDL */
    const char *made; /* the descriptor that it makes of any text, as SDDL; NULL: it gives none */
    int size_wrong;   /* by how much its size is wrong */
    /* the Security channel */
    const wchar_t *const *events; /* XML, NULL-terminated */
    bool closed;                  /* EvtQuery and EvtSubscribe fail */
    size_t events_before_code;    /* EvtNext gives so many, then fails with next_code … */
    DWORD next_code;              /* … when there is one */
    bool next_nothing;            /* at the end it succeeds with no event */
    DWORD render_code;            /* EvtRender fails with it … */
    size_t render_fails;          /* … for this of the events, from 1 */
};
extern struct double_script double_script;
/* Calls and their arguments, a line each; what a record is of is told in double.c. */
extern char double_record[DOUBLE_RECORD_SIZE];
/* What was logged, "event name=value …", a line each. */
extern char double_log[DOUBLE_RECORD_SIZE];
extern EVT_SUBSCRIBE_CALLBACK double_callback;
extern void *double_callback_context;
/* What ConvertString… gave and LocalFree did not get back. */
extern size_t double_sddl_open;
/* Handles of the channel that were given and not closed. */
extern size_t double_channel_open;
/* How many events it was asked for at a time, at most. */
extern DWORD double_channel_wanted;

/* A new test: the script is cleared but for what succeeds, and the records are. */
void double_reset(void);
void double_system(struct system *ret);
PSecurityFunctionTableW double_sspi(void);
void double_note(char *record, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A platform on it, and a token whose handle is 0x77, with an arena for double_stage_done to free. */
struct double_stage {
    struct platform platform;
    struct token_storage storage;
    struct platform_token token;
};
void double_stage_init(struct double_stage *stage);
void double_stage_done(struct double_stage *stage);

#endif
