/* The Security channel followed: what EvtSubscribe is asked, and whom an event wakes. */
#include "platform/windows/audit_events.h"
#include "support/suite.h"
#include "windows/double.h"

#define CLOSED                                                                                               \
    "audit-log-unreadable call=EvtSubscribe error=5 remedy=add the service's account to the group Event Log Readers\n"

static void count_wake(void *context)
{
    ++*(unsigned *)context;
}

#define SUBSCRIBED "EvtSubscribe session=0 signal=0 Security * bookmark=0 1\n"

static void deliver(EVT_SUBSCRIBE_NOTIFY_ACTION action)
{
    ck_assert_uint_eq(double_callback(action, double_callback_context, NULL), ERROR_SUCCESS);
}

/* Each event wakes, and so does an error; the end of the watch ends both it and the wakes. */
START_TEST(watch)
{
    struct double_stage stage;
    unsigned wakes = 0;
    unsigned others = 0;
    double_reset();
    double_stage_init(&stage);
    ck_assert_int_eq(platform_audit_watch(&stage.platform, count_wake, &wakes), ERR_NONE);
    ck_assert_str_eq(double_record, SUBSCRIBED);
    deliver(EvtSubscribeActionDeliver);
    deliver(EvtSubscribeActionError);
    ck_assert_uint_eq(wakes, 2);
    double_record[0] = '\0';
    ck_assert_int_eq(platform_audit_watch(&stage.platform, count_wake, &others), ERR_NONE);
    ck_assert_str_eq(double_record, "EvtClose 300\n" SUBSCRIBED);
    deliver(EvtSubscribeActionDeliver);
    ck_assert_uint_eq(wakes, 2);
    ck_assert_uint_eq(others, 1);
    ck_assert_int_eq(platform_audit_watch(&stage.platform, NULL, NULL), ERR_NONE);
    deliver(EvtSubscribeActionDeliver); /* one that was under way */
    ck_assert_uint_eq(others, 1);
    ck_assert_uint_eq(double_channel_open, 0);
    audit_watch_end(&stage.platform);
    ck_assert_str_eq(double_record, "EvtClose 300\n" SUBSCRIBED "EvtClose 300\n");
    double_stage_done(&stage);
}
END_TEST

START_TEST(watch_refused)
{
    struct double_stage stage;
    unsigned wakes = 0;
    double_reset();
    double_script.closed = true;
    double_stage_init(&stage);
    ck_assert_int_eq(platform_audit_watch(&stage.platform, count_wake, &wakes), ERR_IO);
    ck_assert_str_eq(double_log, CLOSED);
    deliver(EvtSubscribeActionDeliver);
    ck_assert_uint_eq(wakes, 0);
    ck_assert_ptr_null(stage.platform.watch.subscription);
    double_stage_done(&stage);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-watch");
    TCase *tcase = tcase_create("watch");
    tcase_add_test(tcase, watch);
    tcase_add_test(tcase, watch_refused);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
