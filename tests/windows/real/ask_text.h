/* ask_text: what Windows and the engine make of texts and bytes. Answers as in ask.h: "hex …", "text …", "error …", "valid". */
#ifndef NTOKEND_TESTS_WINDOWS_ASK_TEXT_H
#define NTOKEND_TESTS_WINDOWS_ASK_TEXT_H

#include "windows/real/ask.h"

/* ConvertStringSidToSid, and back: "hex 0101… text S-1-…". */
void ask_sid(const struct machine *machine, const char *text, struct arena *arena, struct asked *ret);
/* ConvertStringSecurityDescriptorToSecurityDescriptor, called by itself. */
void ask_sddl_read(const struct machine *machine, const char *text, struct arena *arena, struct asked *ret);
/* ConvertSecurityDescriptorToStringSecurityDescriptor. */
void ask_sddl_write(const struct machine *machine, struct bytes raw, uint32_t information,
                    struct arena *arena, struct asked *ret);
/* RtlValidRelativeSecurityDescriptor, which says whether and not why. */
void ask_valid(struct bytes raw, struct arena *arena, struct asked *ret);
/* MapGenericMask */
void ask_mapping(uint32_t mask, const struct generic_mapping *mapping, struct arena *arena,
                 struct asked *ret);
const char *ask_hex(struct arena *arena, struct bytes bytes);

#endif
