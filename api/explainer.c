#include "api/explainer.h"

/* Longer ACEs stand beside a sentence and not in it. */
enum { SDDL_IN_TEXT_MAX = 200 };

static void init_acl(struct explainer *explainer, struct explainer_acl *ret, const char *name,
                     enum acl_state state, const struct acl *acl)
{
    struct arena *arena = explainer->writer->arena;
    const unsigned count = state == ACL_THERE ? acl->ace_count : 0;
    struct acl_iterator iterator = {0};
    struct ace ace;
    *ret = (struct explainer_acl){.name = name,
                                  .aces = arena_alloc_array(arena, count, sizeof(const uint8_t *)),
                                  .sddl = arena_alloc_array(arena, count, sizeof(const char *))};
    if (ret->aces == NULL || ret->sddl == NULL) {
        explainer->writer->failed = true;
        return;
    }
    ret->count = count;
    while (count != 0 && acl_next(acl, &iterator, &ace))
        ret->aces[iterator.index] = ace.raw.data;
}

void explainer_init(struct explainer *ret, struct writer *writer, struct explanation *explanation,
                    const struct sddl_domains *domains, size_t *room)
{
    const struct descriptor *descriptor = explanation->request->descriptor;
    *ret = (struct explainer){.writer = writer, .explanation = explanation, .domains = domains, .room = room};
    init_acl(ret, &ret->dacl, "DACL", descriptor->dacl_state, &descriptor->dacl);
    init_acl(ret, &ret->sacl, "SACL", descriptor->sacl_state, &descriptor->sacl);
}

struct explainer_acl *explainer_acl_of(struct explainer *explainer, enum explain_stage stage)
{
    return explain_stage_reads_sacl(stage) ? &explainer->sacl : &explainer->dacl;
}

struct ace explainer_ace(const struct explainer_acl *acl, unsigned index)
{
    struct ace ace;
    ace_load(acl->aces[index], &ace);
    return ace;
}

const char *explainer_sddl(struct explainer *explainer, struct explainer_acl *acl, unsigned index)
{
    if (acl->sddl[index] != NULL)
        return acl->sddl[index];
    struct ace ace = explainer_ace(acl, index);
    struct bytes text;
    enum err err = sddl_write_ace(explainer->writer->arena, &ace, explainer->domains, &text);
    if (err == ERR_NO_MEMORY)
        explainer->writer->failed = true;
    acl->sddl[index] = err == ERR_NONE ? (const char *)text.data : "";
    return acl->sddl[index];
}

const char *explainer_text(struct explainer *explainer, const char *text)
{
    if (text == NULL)
        explainer->writer->failed = true;
    return text == NULL ? "" : text;
}

const char *explainer_rights(struct explainer *explainer, uint32_t rights)
{
    const char *names[32];
    uint32_t unnamed = 0;
    const char *text = "";
    size_t count = right_names(explainer->writer->type, rights, names, &unnamed);
    for (size_t i = 0; i < count; i++)
        text = explainer_print(explainer, "%s%s%s", text, i == 0 ? "" : ", ", names[i]);
    if (unnamed != 0)
        text = explainer_print(explainer, "%s%s0x%08x", text, count == 0 ? "" : ", ", unnamed);
    return text;
}

const char *explainer_who(struct explainer *explainer, const struct sid *sid)
{
    char text[SID_TEXT_MAX];
    const char *name = write_sid_name(explainer->writer, sid);
    if (name != NULL)
        return name;
    (void)sid_format(sid, text);
    return explainer_print(explainer, "%s", text);
}

const char *explainer_place(struct explainer *explainer, enum explain_stage stage, unsigned index)
{
    struct explainer_acl *acl = explainer_acl_of(explainer, stage);
    const char *sddl = explainer_sddl(explainer, acl, index);
    if (sddl[0] == '\0' || strlen(sddl) > SDDL_IN_TEXT_MAX)
        return explainer_print(explainer, "ACE %u of the %s", index, acl->name);
    return explainer_print(explainer, "ACE %u of the %s, %s", index, acl->name, sddl);
}

const char *explainer_level(struct explainer *explainer, uint32_t level)
{
    struct sid_buffer sid;
    if (sid_make(&sid, 16, &level, 1) != ERR_NONE)
        return "";
    const char *name = sid_well_known_name(sid_of(&sid));
    const char *label = name != NULL ? strchr(name, '\\') : NULL;
    return label != NULL ? label + 1 : explainer_who(explainer, sid_of(&sid));
}

const char *explainer_policy(struct explainer *explainer, uint32_t policy)
{
    const char *text = "";
    for (size_t i = 0; i < NAMES_LABEL_POLICY.count; i++) {
        const struct name *word = &NAMES_LABEL_POLICY.words[i];
        if ((policy & word->value) != 0)
            text = explainer_print(explainer, "%s%s%s", text, *text == '\0' ? "" : " and ", word->name);
    }
    return *text == '\0' ? "of nothing" : text;
}
