/* This build has no TLS: is a certificate refused, and does nobody take one for shown? */
#include "platform/certificate.h"

#include "support/suite.h"
#include "windows/double.h"

START_TEST(a_certificate_is_refused_at_start)
{
    const struct platform_settings settings = {.certificate = {.file = "tls.pem", .key = "tls.key"}};
    struct platform *platform = NULL;
    ck_assert_int_eq(platform_start(&settings, &platform), ERR_NOT_SUPPORTED);
    ck_assert_ptr_null(platform);
    ck_assert_ptr_nonnull(
        strstr(double_log, "certificate-refused file=tls.pem problem=this build has no TLS"));
    ck_assert_ptr_nonnull(strstr(double_log, "put a TLS proxy in front"));
}
END_TEST

START_TEST(there_is_none)
{
    struct double_stage stage;
    double_reset();
    double_stage_init(&stage);
    ck_assert_ptr_null(platform_certificate_acquire(&stage.platform));
    platform_certificate_release(NULL);
    ck_assert_int_eq(platform_certificate_show(NULL, NULL), ERR_NOT_SUPPORTED);
    ck_assert_uint_eq(platform_certificate_binding(NULL).size, 0);
    double_stage_done(&stage);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("certificate");
    TCase *tests = tcase_create("certificate");
    tcase_add_test(tests, a_certificate_is_refused_at_start);
    tcase_add_test(tests, there_is_none);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
