/* pac_build: writes the buffers of a PAC from a plain description, for tests and minted tickets. It shares no code with the
 * decoder, so that each checks the other.
 *
 *     static const struct pac_build_group groups[] = {{513, 7}, {1601, 7}};
 *     static const struct pac_build_sid extra[] = {{"S-1-18-1", 7}};
 *     static const char *const cities[] = {"Bonn", "Paris"};
 *     static const struct pac_build_claim claims[] = {
 *         {.name = "ad://ext/city", .type = CLAIM_STRING, .count = 2, .strings = cities}};
 *     static const struct pac_build_claims client = {.claims = claims, .count = 1, .compression = PAC_BUILD_MATCHES};
 *     struct pac_build pac = {
 *         .account_name = "alice", .domain_name = "EXAMPLE", .domain_sid = "S-1-5-21-1-2-3",
 *         .user_rid = 1104, .primary_group_rid = 513, .groups = groups, .group_count = 2,
 *         .extra_sids = extra, .extra_sid_count = 1,
 *         .upn = "alice@example.com", .dns_domain = "EXAMPLE.COM", .requestor_sid = "S-1-5-21-1-2-3-1104",
 *         .client_claims = &client};
 *     struct pac_buffers buffers = pac_build(&arena, &pac);
 *     struct mint_buffer minted[] = {{PAC_BUILD_LOGON_INFO, buffers.logon_info}, …};
 *
 * A description that cannot be written (a SID that is no SID, memory) ends the program with words on stderr. */
#ifndef NTOKEND_TESTS_PAC_BUILD_H
#define NTOKEND_TESTS_PAC_BUILD_H

#include "platform/posix/pac.h"

struct ndr_build;

/* ulType of PAC_INFO_BUFFER, [MS-PAC] 2.4 */
enum {
    PAC_BUILD_LOGON_INFO = 1,
    PAC_BUILD_UPN_DNS_INFO = 12,
    PAC_BUILD_CLIENT_CLAIMS = 13,
    PAC_BUILD_DEVICE_INFO = 14,
    PAC_BUILD_DEVICE_CLAIMS = 15,
    PAC_BUILD_REQUESTOR = 18,
};

struct pac_build_group {
    uint32_t rid;
    uint32_t attributes;
};

struct pac_build_sid {
    const char *sid; /* S-1-… in decimal */
    uint32_t attributes;
};

struct pac_build_claim {
    const char *name; /* UTF-8 */
    enum claim_type type;
    size_t count;
    const uint64_t *numbers;    /* INT64, UINT64, BOOLEAN */
    const char *const *strings; /* STRING, UTF-8 */
};

enum pac_build_compression {
    PAC_BUILD_PLAIN,
    PAC_BUILD_LITERALS, /* XPRESS Huffman without a match */
    PAC_BUILD_MATCHES,
};

struct pac_build_claims {
    const struct pac_build_claim *claims;
    size_t count;
    enum pac_build_compression compression;
};

struct pac_build_domain {
    const char *sid;
    const struct pac_build_group *groups;
    size_t group_count;
};

struct pac_build_device {
    const char *domain_sid;
    uint32_t rid;
    uint32_t primary_group_rid;
    const struct pac_build_group *groups;
    size_t group_count;
    const struct pac_build_sid *extra_sids;
    size_t extra_sid_count;
    const struct pac_build_domain *domains;
    size_t domain_count;
};

/* NULL and 0 leave a thing out; an array without elements is a NULL pointer on the wire. */
struct pac_build {
    const char *account_name; /* EffectiveName */
    const char *full_name;
    const char *logon_server;
    const char *domain_name;
    const char *domain_sid;
    uint32_t user_rid;
    uint32_t primary_group_rid;
    uint32_t
        user_flags;  /* as they are; 0x20 and 0x200 are added when there are extra SIDs or resource groups */
    bool flags_only; /* nothing is added */
    const struct pac_build_group *groups;
    size_t group_count;
    const struct pac_build_sid *extra_sids;
    size_t extra_sid_count;
    const char *resource_domain_sid;
    const struct pac_build_group *resource_groups;
    size_t resource_group_count;

    const char *upn; /* UPN_DNS_INFO is written when there is one */
    const char *dns_domain;
    const char *upn_sid; /* with it, the extended form with account_name */
    const char *requestor_sid;
    const struct pac_build_claims *client_claims;
    const struct pac_build_device *device;
    const struct pac_build_claims *device_claims;
};

struct pac_buffers pac_build(struct arena *arena, const struct pac_build *pac);

/* Parts, for tests that spoil them. */
struct bytes pac_build_logon_info(struct arena *arena, const struct pac_build *pac);
struct bytes pac_build_upn_dns_info(struct arena *arena, const struct pac_build *pac);
struct bytes pac_build_device_info(struct arena *arena, const struct pac_build_device *device);
struct bytes pac_build_claims_info(struct arena *arena, const struct pac_build_claims *claims);
/* Begins a CLAIMS_SET with one CLAIMS_ARRAY of so many claims, of Active Directory; the claims follow. [MS-ADTS] 2.2.18.3 */
void pac_build_claims_open(struct ndr_build *ndr, struct arena *arena, size_t count);
/* CLAIMS_SET_METADATA around a set. [MS-ADTS] 2.2.18.2 */
struct bytes pac_build_claims_metadata(struct arena *arena, struct bytes set, bool compressed,
                                       size_t plain_size);
struct bytes pac_build_sid(struct arena *arena, const char *sid);

#endif
