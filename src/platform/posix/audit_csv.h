/* audit_csv: reads an advanced audit policy, as Group Policy (audit.csv of SYSVOL) and `auditpol /backup` write it. [MS-GPAC]
 * 2.2. A row is about the subcategory of its GUID, whatever its name, and what counts is the Setting Value. Settings for
 * users, options and global SACLs are recognised, and a note says that they are not applied. */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_CSV_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_CSV_H

#include "platform/posix/audit_policy.h"
#include "platform/posix/notes.h"

enum {
    AUDIT_CSV_SIZE_MAX = 1 << 20,  /* bytes of a file */
    AUDIT_CSV_MEMORY_MAX = 4 << 20 /* an arena of this size holds what reading needs */
};

/* ERR_MALFORMED (the notes that refuse say why), ERR_TOO_LARGE, ERR_NO_MEMORY. The notes are set on an error too. */
enum err audit_csv_parse(struct arena *arena, struct bytes file, struct audit_overrides *ret,
                         struct notes *ret_notes) MUST_USE;

#endif
