#include "support/pac_samples.h"

#define DOMAIN "S-1-5-21-1000-2000-3000"
#define OTHER  "S-1-5-21-7-8-9"

static const struct pac_build_group one_group[] = {{513, 7}};

static const struct pac_build_group many_groups[] = {
    {1601, 7}, {513, 7},  {512, 7},     {1602, 7}, {1603, 7}, {1601, 7},  {1604, 7},
    {1605, 7}, {1606, 7}, {1607, 7},    {1608, 7}, {1609, 7}, {1610, 15}, {1611, 7},
    {1612, 7}, {1613, 7}, {1614, 0x17}, {513, 7},  {1615, 7}, {1616, 0},
};

static const struct pac_build_sid extra_sids[] = {
    {"S-1-18-1", 7},
    {"S-1-5-21-0-0-0-496", 7},
    {"S-1-5-21-0-0-0-497", 7},
    {OTHER "-1200", 7},
};

static const struct pac_build_group resource_groups[] = {{2001, 7}, {2002, 0x20000007}};

static const struct pac_build_sid foreign_sids[] = {{OTHER "-1104", 7}, {"S-1-18-1", 7}};

static const uint64_t signed_values[] = {5, UINT64_MAX, UINT64_C(0x8000000000000000)};
static const uint64_t unsigned_values[] = {UINT64_MAX};
static const uint64_t truths[] = {1, 0};
static const char *const departments[] = {"R\xc3\xa4tsel", "Vertrieb", "\xf0\x9f\x94\x91"};
static const char *const empty_text[] = {"a"};

static const struct pac_build_claim user_claims[] = {
    {.name = "ad://ext/level", .type = CLAIM_INT64, .count = 3, .numbers = signed_values},
    {.name = "ad://ext/department:88d1", .type = CLAIM_STRING, .count = 3, .strings = departments},
    {.name = "ad://ext/badge", .type = CLAIM_UINT64, .count = 1, .numbers = unsigned_values},
    {.name = "ad://ext/trusted", .type = CLAIM_BOOLEAN, .count = 2, .numbers = truths},
};

#define USER_CLAIM_LINES                                                                                     \
    "user_claim ad://ext/level 1 5 18446744073709551615 9223372036854775808\n"                               \
    "user_claim ad://ext/department:88d1 3 R\xc3\xa4tsel Vertrieb \xf0\x9f\x94\x91\n"                        \
    "user_claim ad://ext/badge 2 18446744073709551615\n"                                                     \
    "user_claim ad://ext/trusted 6 1 0\n"

static const struct pac_build_claim device_claims[] = {
    {.name = "managed", .type = CLAIM_BOOLEAN, .count = 1, .numbers = truths},
    {.name = "ring", .type = CLAIM_STRING, .count = 1, .strings = empty_text},
};

static const struct pac_build_claims plain_claims = {user_claims, 4, PAC_BUILD_PLAIN};
static const struct pac_build_claims literal_claims = {user_claims, 4, PAC_BUILD_LITERALS};
static const struct pac_build_claims matched_claims = {user_claims, 4, PAC_BUILD_MATCHES};
static const struct pac_build_claims plain_device_claims = {device_claims, 2, PAC_BUILD_PLAIN};
static const struct pac_build_claims matched_device_claims = {device_claims, 2, PAC_BUILD_MATCHES};
static const struct pac_build_claims no_claims = {NULL, 0, PAC_BUILD_PLAIN};

static const struct pac_build_group device_groups[] = {{515, 7}, {1700, 7}};
static const struct pac_build_sid device_sids[] = {{"S-1-18-1", 7}, {"S-1-5-21-0-0-0-497", 7}};
static const struct pac_build_group other_groups[] = {{3001, 7}, {3002, 7}};
static const struct pac_build_domain device_domains[] = {{OTHER, other_groups, 2},
                                                         {"S-1-5-21-4-4-4", NULL, 0}};
static const struct pac_build_device device = {
    .domain_sid = DOMAIN,
    .rid = 1105,
    .primary_group_rid = 515,
    .groups = device_groups,
    .group_count = 2,
    .extra_sids = device_sids,
    .extra_sid_count = 2,
    .domains = device_domains,
    .domain_count = 2,
};
static const struct pac_build_device bare_device = {
    .domain_sid = DOMAIN, .rid = 1105, .primary_group_rid = 515};

#define DEVICE_LINES                                                                                         \
    "device\n"                                                                                               \
    "device_group " DOMAIN "-1105:7\n"                                                                       \
    "device_group " DOMAIN "-515:7\n"                                                                        \
    "device_group " DOMAIN "-1700:7\n"                                                                       \
    "device_group " OTHER "-3001:7\n"                                                                        \
    "device_group " OTHER "-3002:7\n"                                                                        \
    "device_extra S-1-18-1:7\n"                                                                              \
    "device_extra S-1-5-21-0-0-0-497:7\n"

#define EVERYTHING                                                                                           \
    .account_name = "alice", .full_name = "Alice Example", .logon_server = "DC1", .domain_name = "EXAMPLE",  \
    .domain_sid = DOMAIN, .user_rid = 1104, .primary_group_rid = 513, .groups = one_group, .group_count = 1, \
    .extra_sids = extra_sids, .extra_sid_count = 4, .resource_domain_sid = DOMAIN,                           \
    .resource_groups = resource_groups, .resource_group_count = 2, .upn = "alice@example.com",               \
    .dns_domain = "EXAMPLE.COM", .upn_sid = DOMAIN "-1104", .requestor_sid = DOMAIN "-1104",                 \
    .device = &device

#define EVERYTHING_LINES                                                                                     \
    "user " DOMAIN "-1104\n"                                                                                 \
    "domain " DOMAIN "\n"                                                                                    \
    "account_name alice\n"                                                                                   \
    "domain_name EXAMPLE\n"                                                                                  \
    "upn alice@example.com\n"                                                                                \
    "dns_domain EXAMPLE.COM\n"                                                                               \
    "user_flags 220\n"                                                                                       \
    "primary_group_rid 513\n"                                                                                \
    "group " DOMAIN "-513:7\n"                                                                               \
    "extra S-1-18-1:7\n"                                                                                     \
    "extra S-1-5-21-0-0-0-496:7\n"                                                                           \
    "extra S-1-5-21-0-0-0-497:7\n"                                                                           \
    "extra " OTHER "-1200:7\n"                                                                               \
    "resource " DOMAIN "-2001:20000007\n"                                                                    \
    "resource " DOMAIN "-2002:20000007\n"

const struct pac_sample pac_samples[] = {
    {"minimal",
     {.domain_sid = "S-1-5-21-1", .user_rid = 500, .primary_group_rid = 513},
     "user S-1-5-21-1-500\ndomain S-1-5-21-1\nuser_flags 0\nprimary_group_rid 513\ngroup S-1-5-21-1-513:7\n"},
    {"twenty-groups",
     {.account_name = "bob",
      .domain_name = "EXAMPLE",
      .domain_sid = DOMAIN,
      .user_rid = 1106,
      .primary_group_rid = 513,
      .groups = many_groups,
      .group_count = 20},
     "user " DOMAIN "-1106\ndomain " DOMAIN "\naccount_name bob\ndomain_name EXAMPLE\nuser_flags 0\n"
     "primary_group_rid 513\n"
     "group " DOMAIN "-513:7\ngroup " DOMAIN "-1601:7\ngroup " DOMAIN "-512:7\ngroup " DOMAIN "-1602:7\n"
     "group " DOMAIN "-1603:7\ngroup " DOMAIN "-1604:7\ngroup " DOMAIN "-1605:7\ngroup " DOMAIN "-1606:7\n"
     "group " DOMAIN "-1607:7\ngroup " DOMAIN "-1608:7\ngroup " DOMAIN "-1609:7\ngroup " DOMAIN "-1610:f\n"
     "group " DOMAIN "-1611:7\ngroup " DOMAIN "-1612:7\ngroup " DOMAIN "-1613:7\ngroup " DOMAIN "-1614:17\n"
     "group " DOMAIN "-1615:7\ngroup " DOMAIN "-1616:0\n"},
    {"everything-plain",
     {EVERYTHING, .client_claims = &plain_claims, .device_claims = &plain_device_claims},
     EVERYTHING_LINES USER_CLAIM_LINES DEVICE_LINES "device_claim managed 6 1\ndevice_claim ring 3 a\n"},
    {"everything-literals",
     {EVERYTHING, .client_claims = &literal_claims},
     EVERYTHING_LINES USER_CLAIM_LINES DEVICE_LINES},
    {"everything-matches",
     {EVERYTHING, .client_claims = &matched_claims, .device_claims = &matched_device_claims},
     EVERYTHING_LINES USER_CLAIM_LINES DEVICE_LINES "device_claim managed 6 1\ndevice_claim ring 3 a\n"},
    {"foreign-user",
     {.account_name = "carol",
      .domain_sid = DOMAIN,
      .extra_sids = foreign_sids,
      .extra_sid_count = 2,
      .requestor_sid = OTHER "-1104"},
     "user " OTHER "-1104\ndomain " DOMAIN "\naccount_name carol\nuser_flags 20\nprimary_group_rid 0\n"
     "extra S-1-18-1:7\n"},
    {"flags-off",
     {.domain_sid = DOMAIN,
      .user_rid = 1104,
      .primary_group_rid = 513,
      .flags_only = true,
      .user_flags = 0x10,
      .extra_sids = extra_sids,
      .extra_sid_count = 4,
      .resource_domain_sid = OTHER,
      .resource_groups = resource_groups,
      .resource_group_count = 2},
     "user " DOMAIN "-1104\ndomain " DOMAIN "\nuser_flags 10\nprimary_group_rid 513\ngroup " DOMAIN
     "-513:7\n"},
    {"bare-device",
     {.domain_sid = DOMAIN,
      .user_rid = 1104,
      .primary_group_rid = 514,
      .groups = one_group,
      .group_count = 1,
      .device = &bare_device,
      .client_claims = &no_claims,
      .upn = "x@y",
      .dns_domain = NULL},
     "user " DOMAIN "-1104\ndomain " DOMAIN "\nupn x@y\nuser_flags 0\nprimary_group_rid 514\n"
     "group " DOMAIN "-514:7\ngroup " DOMAIN "-513:7\ndevice\ndevice_group " DOMAIN "-1105:7\n"
     "device_group " DOMAIN "-515:7\n"},
};

const size_t pac_sample_count = sizeof pac_samples / sizeof pac_samples[0];
