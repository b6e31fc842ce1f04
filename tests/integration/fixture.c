#include "integration/fixture.h"

#include "support/pac_build.h"
#include "support/subset.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_SIZE = 600, BUFFERS = 6, SID_SIZE = 48 };

static const char *const departments[] = {"eng", "ops"};
static const struct pac_build_claim claims[] = {
    {.name = "ad://ext/department", .type = CLAIM_STRING, .count = 2, .strings = departments}};
static const struct pac_build_claims client_claims = {
    .claims = claims, .count = 1, .compression = PAC_BUILD_MATCHES};
static const struct pac_build_group device_groups[] = {{515, 7}};
static const struct pac_build_device device = {.domain_sid = FIXTURE_DOMAIN,
                                               .rid = 2001,
                                               .primary_group_rid = 515,
                                               .groups = device_groups,
                                               .group_count = 1};
/* the KDC vouches for the claims (497) and for the device (496): reference 6.1 */
static const struct pac_build_sid asserted[] = {
    {"S-1-18-1", 7}, {"S-1-5-21-0-0-0-497", 7}, {"S-1-5-21-0-0-0-496", 7}};
static const struct pac_build_group users[] = {{513, 7}};
static const struct pac_build_group builders[] = {{513, 7}, {1601, 7}};
static const struct pac_build_group admins[] = {{513, 7}, {512, 7}};

static const struct {
    const char *name;
    struct pac_build pac;
} people[FIXTURE_PERSONS] = {
    [ALICE] = {"alice",
               {.user_rid = 1104,
                .groups = builders,
                .group_count = 2,
                .upn = "alice@mint.test",
                .dns_domain = "MINT.TEST",
                .client_claims = &client_claims,
                .device = &device}},
    [BOB] = {"bob", {.user_rid = 1105, .groups = users, .group_count = 1}},
    [ADMIN] = {"admin", {.user_rid = 1106, .groups = admins, .group_count = 2}},
};

static size_t buffers_of(enum fixture_person person, struct pac_build pac, struct arena *arena,
                         struct mint_buffer ret[BUFFERS])
{
    pac.account_name = people[person].name;
    pac.domain_name = "MINT";
    pac.domain_sid = FIXTURE_DOMAIN;
    pac.primary_group_rid = 513;
    if (pac.extra_sids == NULL) {
        pac.extra_sids = asserted;
        pac.extra_sid_count = pac.device != NULL ? 3 : 1;
    }
    struct pac_buffers made = pac_build(arena, &pac);
    const struct mint_buffer all[BUFFERS] = {
        {PAC_BUILD_LOGON_INFO, made.logon_info},       {PAC_BUILD_UPN_DNS_INFO, made.upn_dns_info},
        {PAC_BUILD_CLIENT_CLAIMS, made.client_claims}, {PAC_BUILD_DEVICE_INFO, made.device_info},
        {PAC_BUILD_DEVICE_CLAIMS, made.device_claims}, {PAC_BUILD_REQUESTOR, made.requestor_sid},
    };
    size_t count = 0;
    for (size_t i = 0; i < BUFFERS; i++) {
        if (all[i].data.data != NULL)
            ret[count++] = all[i];
    }
    return count;
}

static void mint_person(const struct fixture *fixture, enum fixture_person person, struct mint_order order)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct mint_buffer buffers[BUFFERS];
    size_t count = buffers_of(person, people[person].pac, &arena, buffers);
    order.client = people[person].name;
    order.buffers = (struct mint_buffers){buffers, count};
    order.second = order.buffers;
    mint_ticket(fixture->mint, &order);
}

const char *fixture_ccache(const struct fixture *fixture, enum fixture_person person)
{
    static char paths[FIXTURE_PERSONS][PATH_SIZE];
    (void)snprintf(paths[person], PATH_SIZE, "%s/%s.ccache", fixture->folder.path, people[person].name);
    return paths[person];
}

const char *fixture_forge(const struct fixture *fixture, enum fixture_person person,
                          const struct mint_order *order, const char *name)
{
    static char path[PATH_SIZE];
    struct mint_order forged = *order;
    (void)snprintf(path, sizeof path, "%s/%s", fixture->folder.path, name);
    forged.ccache = path;
    mint_person(fixture, person, forged);
    return path;
}

const char *fixture_big(const struct fixture *fixture, size_t count)
{
    static char path[PATH_SIZE];
    static char texts[FIXTURE_BIG_MAX][SID_SIZE];
    static struct pac_build_sid sids[FIXTURE_BIG_MAX];
    struct mint_buffer buffers[BUFFERS];
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(texts[i], SID_SIZE, "%s-%zu", FIXTURE_BIG_DOMAIN, i + 1000);
        sids[i] = (struct pac_build_sid){texts[i], 7};
    }
    struct pac_build pac = people[BOB].pac;
    pac.extra_sids = sids;
    pac.extra_sid_count = count;
    struct mint_order order = {.client = people[BOB].name, .ccache = path};
    order.buffers = (struct mint_buffers){buffers, buffers_of(BOB, pac, &arena, buffers)};
    (void)snprintf(path, sizeof path, "%s/big.ccache", fixture->folder.path);
    mint_ticket(fixture->mint, &order);
    return path;
}

void fixture_mint(struct fixture *fixture)
{
    char config[PATH_SIZE];
    folder_make(&fixture->folder);
    fixture->mint = mint_open(fixture->folder.path);
    (void)snprintf(config, sizeof config, "%s/" MINT_CONFIG, fixture->folder.path);
    (void)setenv("KRB5_CONFIG", config, 1);
    for (enum fixture_person person = 0; person < FIXTURE_PERSONS; person++)
        mint_person(fixture, person, (struct mint_order){.ccache = fixture_ccache(fixture, person)});
}

void fixture_open(struct fixture *fixture, const char *name, const char *const *options)
{
    fixture_mint(fixture);
    service_start(fixture->folder.path, options, &fixture->service);
    client_open(&fixture->client, fixture->service.port, name);
}

void fixture_forget(struct fixture *fixture)
{
    mint_close(fixture->mint);
    folder_remove(&fixture->folder);
}

bool fixture_close(struct fixture *fixture)
{
    client_close(&fixture->client);
    bool good = service_stop(&fixture->service);
    fixture_forget(fixture);
    return good;
}

void fixture_get(struct fixture *fixture, enum fixture_person person, const char *target,
                 struct client_answer *ret)
{
    const struct client_request request = {
        .method = "GET", .target = target, .ccache = fixture_ccache(fixture, person)};
    ck_assert(client_send(&fixture->client, &request, ret));
}

void fixture_post(struct fixture *fixture, enum fixture_person person, const char *target, json_t *body,
                  struct client_answer *ret)
{
    char *text = json_dumps(body, JSON_ENCODE_ANY);
    ck_assert_ptr_nonnull(text);
    const struct client_request request = {.method = "POST",
                                           .target = target,
                                           .body = text,
                                           .body_size = strlen(text),
                                           .ccache = fixture_ccache(fixture, person)};
    bool sent = client_send(&fixture->client, &request, ret);
    free(text);
    ck_assert(sent);
}

void fixture_expect(const char *name, const struct client_answer *answer, long status, json_t *body)
{
    char where[512] = "";
    const char *text = answer->body == NULL ? "" : answer->body;
    ck_assert_msg(answer->status == status, "%s: status %ld, not %ld: %.2000s", name, answer->status, status,
                  text);
    ck_assert_msg(body == NULL || subset_fits(body, answer->json, where), "%s: %s differs: %.2000s", name,
                  where, text);
}

void fixture_expect_headers(const char *name, const struct client_answer *answer, json_t *headers)
{
    char where[512] = "";
    ck_assert_msg(headers == NULL || subset_fits(headers, answer->headers, where), "%s: header %s differs",
                  name, where);
}
