/* explainer: words and sentences about one check that was made with an explanation, for write_explanation.c. Texts live in
 * the writer's arena; memory that runs out fails the writer, and the text is "" then. */
#ifndef NTOKEND_API_EXPLAINER_H
#define NTOKEND_API_EXPLAINER_H

#include "api/write.h"
#include "engine/explain_condition.h"

struct explainer_acl {
    const char *name; /* "DACL" */
    unsigned count;
    const uint8_t **aces; /* where each starts */
    const char **sddl;    /* made when it is asked for, "" for an ACE that SDDL has no form for */
};

struct explainer {
    struct writer *writer;
    struct explanation *explanation;
    const struct sddl_domains *domains;
    struct explainer_acl dacl;
    struct explainer_acl sacl;
    size_t *room;   /* bytes that may still be written about the whole request */
    bool truncated; /* something was left out for want of room */
};

/* The explanation is one of a check that was made. When the writer has failed nothing else may be called. */
void explainer_init(struct explainer *ret, struct writer *writer, struct explanation *explanation,
                    const struct sddl_domains *domains, size_t *room);

/* The ACL that a stage reads. */
struct explainer_acl *explainer_acl_of(struct explainer *explainer, enum explain_stage stage);
struct ace explainer_ace(const struct explainer_acl *acl, unsigned index);
const char *explainer_sddl(struct explainer *explainer, struct explainer_acl *acl, unsigned index);

/* `text`, or "" for NULL, which is memory that ran out. */
const char *explainer_text(struct explainer *explainer, const char *text);
#define explainer_print(explainer, ...)                                                                      \
    explainer_text(explainer, arena_printf((explainer)->writer->arena, __VA_ARGS__))
/* "FILE_READ_DATA, READ_CONTROL" */
const char *explainer_rights(struct explainer *explainer, uint32_t rights);
/* "BUILTIN\Guests", "S-1-5-21-…": a name where it is known */
const char *explainer_who(struct explainer *explainer, const struct sid *sid);
/* "ACE 0 of the DACL, (D;;FW;;;BG)" */
const char *explainer_place(struct explainer *explainer, enum explain_stage stage, unsigned index);
/* "High Mandatory Level" */
const char *explainer_level(struct explainer *explainer, uint32_t level);
/* "NO_WRITE_UP and NO_READ_UP" */
const char *explainer_policy(struct explainer *explainer, uint32_t policy);

/* Why a right is granted or not: a sentence. explain_right.c */
const char *explainer_right_text(struct explainer *explainer, const struct explained_right *right);
/* What to change so that a right is granted; NULL when there is nothing to say. explain_advice.c */
const char *explainer_advice(struct explainer *explainer, const struct explained_right *right);
/* What became of an ACE. explain_ace.c */
const char *explainer_ace_text(struct explainer *explainer, enum explain_stage stage, unsigned index,
                               enum explain_outcome outcome);

#endif
