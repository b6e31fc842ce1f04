/* der: writes the little DER (X.690) that a minted Kerberos ticket and a hostile SPNEGO token need. */
#ifndef NTOKEND_TESTS_DER_H
#define NTOKEND_TESTS_DER_H

#include "base/bytes.h"

#include <time.h>

enum {
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0a,
    DER_GENERALIZED_TIME = 0x18,
    DER_GENERAL_STRING = 0x1b,
    DER_SEQUENCE = 0x30,
    DER_APPLICATION = 0x60, /* | number, constructed */
    DER_CONTEXT = 0xa0,     /* | number, constructed */
};

enum { DER_DEPTH_MAX = 16 };

/* Aborts when memory is exhausted: a fixture has no other answer. */
struct der {
    uint8_t *data;
    size_t size;
    size_t capacity;
    size_t open[DER_DEPTH_MAX]; /* where the contents of each open element begin */
    size_t depth;
};

void der_done(struct der *der);
struct bytes der_bytes(const struct der *der);

/* Everything written between open and close is the element's contents. */
void der_open(struct der *der, unsigned tag);
void der_close(struct der *der);
void der_close_all(struct der *der);
void der_raw(struct der *der, struct bytes bytes);
void der_put(struct der *der, unsigned tag, struct bytes contents);

void der_integer(struct der *der, int64_t value);
/* The field [number] of a SEQUENCE, with one value in it. */
void der_field_integer(struct der *der, unsigned number, int64_t value);
void der_field_octets(struct der *der, unsigned number, struct bytes octets);
void der_field_string(struct der *der, unsigned number, struct bytes text);
void der_field_time(struct der *der, unsigned number, time_t at);

#endif
