/* write_descriptor: a parsed security descriptor as JSON. */
#ifndef NTOKEND_API_WRITE_DESCRIPTOR_H
#define NTOKEND_API_WRITE_DESCRIPTOR_H

#include "api/write.h"

/* Owner, group, control flags and ACLs; `domains` for the SDDL text of each ACE. */
json_t *write_descriptor(struct writer *writer, const struct descriptor *descriptor,
                         const struct sddl_domains *domains);

#endif
