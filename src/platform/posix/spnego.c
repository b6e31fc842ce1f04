#include "platform/posix/spnego.h"

enum {
    TAG_OCTETS = 0x04,
    TAG_OID = 0x06,
    TAG_SEQUENCE = 0x30,
    TAG_TOKEN = 0x60, /* [APPLICATION 0], RFC 2743 3.1 */
    TAG_FIELD = 0xa0,
    FIELDS = 4,               /* of NegTokenInit and NegTokenResp */
    MECHS_MAX = 16,           /* Windows offers five */
    KERBEROS_AP_REQ = 0x0100, /* TOK_ID, RFC 4121 4.1 */
};

static const char malformed[] = "malformed";

#define OID(name_, text_) static const struct bytes name_ = {(const uint8_t *)(text_), sizeof(text_) - 1}
OID(oid_spnego, "\x2b\x06\x01\x05\x05\x02");               /* 1.3.6.1.5.5.2 */
OID(oid_kerberos, "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"); /* 1.2.840.113554.1.2.2 */
OID(oid_kerberos_windows,
    "\x2a\x86\x48\x82\xf7\x12\x01\x02\x02");                 /* 1.2.840.48018.1.2.2, [MS-SPNG] 3.1.5.2 */
OID(oid_ntlm, "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a");   /* 1.3.6.1.4.1.311.2.2.10 */
OID(oid_negoex, "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e"); /* 1.3.6.1.4.1.311.2.2.30 */
static const struct bytes ntlm_signature = {(const uint8_t *)"NTLMSSP", 8};

/* X.690 8.1.3, definite and as short as DER wants it: other encodings could mean something else to another reader. */
static size_t read_length(struct cursor *cursor)
{
    size_t length = cursor_u8(cursor);
    if (length < 0x80)
        return length;
    size_t octets = length & 0x7f;
    if (octets == 0 || octets > 3) {
        cursor->failed = true;
        return 0;
    }
    length = 0;
    for (size_t i = 0; i < octets; i++)
        length = length << 8 | cursor_u8(cursor);
    if (length < 0x80 || length >> 8 * (octets - 1) == 0)
        cursor->failed = true;
    return length;
}

static struct bytes read_element(struct cursor *cursor, uint8_t tag)
{
    if (cursor_u8(cursor) != tag)
        cursor->failed = true;
    size_t length = read_length(cursor);
    return cursor_take(cursor, length);
}

/* The one element that fills the input; fails the cursor that is handed in otherwise. */
static struct bytes read_whole(struct cursor *cursor, struct bytes input, uint8_t tag)
{
    struct cursor inner = cursor_of(input);
    struct bytes contents = read_element(&inner, tag);
    if (inner.failed || cursor_left(&inner) != 0)
        cursor->failed = true;
    return contents;
}

/* The fields [0] to [3] of a SEQUENCE, each optional, in order, none twice. data is NULL where a field is absent. */
static bool read_fields(struct bytes sequence, struct bytes ret_fields[FIELDS])
{
    struct cursor outer = cursor_of(sequence);
    struct cursor cursor = cursor_of(read_whole(&outer, sequence, TAG_SEQUENCE));
    unsigned next = 0;
    while (!outer.failed && cursor_left(&cursor) != 0) {
        unsigned number = (unsigned)cursor.input.data[cursor.at] - TAG_FIELD;
        if (number < next || number >= FIELDS)
            return false;
        ret_fields[number] = read_element(&cursor, (uint8_t)(TAG_FIELD + number));
        next = number + 1;
        if (cursor.failed)
            return false;
    }
    return !outer.failed;
}

/* Framed by RFC 2743 3.1 as Kerberos V5, and an AP-REQ: IAKERB and others have OIDs and token ids of their own. */
static bool is_kerberos_token(struct bytes token)
{
    struct cursor cursor = cursor_of(token);
    struct cursor inner = cursor_of(read_whole(&cursor, token, TAG_TOKEN));
    struct bytes oid = read_element(&inner, TAG_OID);
    unsigned id = (unsigned)cursor_u8(&inner) << 8;
    id |= cursor_u8(&inner);
    return !cursor.failed && !inner.failed && bytes_equal(oid, oid_kerberos) && id == KERBEROS_AP_REQ;
}

static bool starts_with(struct bytes token, struct bytes start)
{
    return token.size >= start.size && bytes_equal(bytes_of(token.data, start.size), start);
}

/* What GSSAPI would dispatch on. */
static const char *mech_token_refusal(struct bytes field)
{
    struct cursor cursor = cursor_of(field);
    struct bytes token = read_whole(&cursor, field, TAG_OCTETS);
    if (cursor.failed)
        return malformed;
    if (starts_with(token, ntlm_signature))
        return "ntlm";
    return is_kerberos_token(token) ? NULL : malformed;
}

struct offer {
    bool kerberos;
    bool kerberos_first; /* then the token is for Kerberos, and not for a mechanism that nobody will run */
    bool ntlm;
    bool negoex;
};

static bool read_offer(struct bytes field, struct offer *ret)
{
    struct cursor outer = cursor_of(field);
    struct cursor cursor = cursor_of(read_whole(&outer, field, TAG_SEQUENCE));
    size_t count = 0;
    while (!outer.failed && cursor_left(&cursor) != 0) {
        struct bytes oid = read_element(&cursor, TAG_OID);
        if (cursor.failed || count == MECHS_MAX)
            return false;
        bool kerberos = bytes_equal(oid, oid_kerberos) || bytes_equal(oid, oid_kerberos_windows);
        ret->kerberos_first |= kerberos && count == 0;
        ret->kerberos |= kerberos;
        ret->ntlm |= bytes_equal(oid, oid_ntlm);
        ret->negoex |= bytes_equal(oid, oid_negoex);
        count++;
    }
    return !outer.failed && count != 0;
}

/* NegTokenInit: mechTypes [0], reqFlags [1], mechToken [2], mechListMIC [3]. */
static const char *init_refusal(struct bytes init)
{
    struct bytes fields[FIELDS] = {{0}};
    struct offer offer = {0};
    struct cursor cursor = cursor_of(init);
    struct bytes sequence = read_whole(&cursor, init, TAG_FIELD);
    if (cursor.failed || !read_fields(sequence, fields) || fields[0].data == NULL ||
        !read_offer(fields[0], &offer))
        return malformed;
    if (!offer.kerberos && offer.ntlm)
        return "ntlm";
    if (!offer.kerberos)
        return offer.negoex ? "negoex" : "no-kerberos";
    return offer.kerberos_first && fields[2].data != NULL ? mech_token_refusal(fields[2]) : NULL;
}

/* NegTokenResp: negState [0], supportedMech [1], responseToken [2], mechListMIC [3]. */
static const char *resp_refusal(struct bytes token)
{
    struct bytes fields[FIELDS] = {{0}};
    struct cursor cursor = cursor_of(token);
    struct bytes sequence = read_whole(&cursor, token, TAG_FIELD + 1);
    if (cursor.failed || !read_fields(sequence, fields))
        return malformed;
    return fields[2].data != NULL ? mech_token_refusal(fields[2]) : NULL;
}

const char *spnego_refusal(struct bytes token, bool first)
{
    if (!first)
        return resp_refusal(token);
    if (starts_with(token, ntlm_signature))
        return "ntlm";
    struct cursor cursor = cursor_of(token);
    struct cursor inner = cursor_of(read_whole(&cursor, token, TAG_TOKEN));
    struct bytes oid = read_element(&inner, TAG_OID);
    if (cursor.failed || inner.failed)
        return malformed;
    if (bytes_equal(oid, oid_spnego))
        return init_refusal(cursor_take(&inner, cursor_left(&inner)));
    if (bytes_equal(oid, oid_ntlm))
        return "ntlm";
    if (bytes_equal(oid, oid_negoex))
        return "negoex";
    if (!bytes_equal(oid, oid_kerberos))
        return "no-kerberos";
    return is_kerberos_token(token) ? NULL : malformed;
}
