/* audit_format: in which form a client takes the events of GET /audit. */
#ifndef NTOKEND_API_AUDIT_FORMAT_H
#define NTOKEND_API_AUDIT_FORMAT_H

enum audit_format {
    AUDIT_FORMAT_NONE = 0, /* nothing that we have: 406 */
    AUDIT_FORMAT_JSON,     /* also when the client does not care */
    AUDIT_FORMAT_XML,
    AUDIT_FORMAT_STREAM,
};

/* RFC 9110 12.5.1, with its weights; of forms that are taken alike the first above. `accept` is the header's value; NULL: there is
 * none. A range that is malformed is passed over; its parameters other than q are not looked at. */
enum audit_format audit_format_of(const char *accept);

#endif
