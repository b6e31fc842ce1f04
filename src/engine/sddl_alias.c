#include "engine/sddl_internal.h"

/* What the sub-authorities of a row stand behind. Reference 2.2. */
enum base { CONSTANT, MACHINE, DOMAIN, FOREST };

struct alias_row {
    char name[3];
    uint8_t base;
    uint8_t authority; /* of constants */
    uint8_t count;
    uint32_t sub_authorities[6];
};

/* Searched from the front, where those are that most descriptors name. */
static const struct alias_row aliases[] = {
    {"SY", CONSTANT, 5, 1, {18}},      {"BA", CONSTANT, 5, 2, {32, 544}}, {"AU", CONSTANT, 5, 1, {11}},
    {"WD", CONSTANT, 1, 1, {0}},       {"BU", CONSTANT, 5, 2, {32, 545}}, {"CO", CONSTANT, 3, 1, {0}},
    {"BG", CONSTANT, 5, 2, {32, 546}}, {"OW", CONSTANT, 3, 1, {4}},       {"CG", CONSTANT, 3, 1, {1}},
    {"NU", CONSTANT, 5, 1, {2}},       {"IU", CONSTANT, 5, 1, {4}},       {"SU", CONSTANT, 5, 1, {6}},
    {"AN", CONSTANT, 5, 1, {7}},       {"ED", CONSTANT, 5, 1, {9}},       {"PS", CONSTANT, 5, 1, {10}},
    {"RC", CONSTANT, 5, 1, {12}},      {"LS", CONSTANT, 5, 1, {19}},      {"NS", CONSTANT, 5, 1, {20}},
    {"WR", CONSTANT, 5, 1, {33}},      {"PU", CONSTANT, 5, 2, {32, 547}}, {"AO", CONSTANT, 5, 2, {32, 548}},
    {"SO", CONSTANT, 5, 2, {32, 549}}, {"PO", CONSTANT, 5, 2, {32, 550}}, {"BO", CONSTANT, 5, 2, {32, 551}},
    {"RE", CONSTANT, 5, 2, {32, 552}}, {"RU", CONSTANT, 5, 2, {32, 554}}, {"RD", CONSTANT, 5, 2, {32, 555}},
    {"NO", CONSTANT, 5, 2, {32, 556}}, {"MU", CONSTANT, 5, 2, {32, 558}}, {"LU", CONSTANT, 5, 2, {32, 559}},
    {"IS", CONSTANT, 5, 2, {32, 568}}, {"CY", CONSTANT, 5, 2, {32, 569}}, {"ER", CONSTANT, 5, 2, {32, 573}},
    {"CD", CONSTANT, 5, 2, {32, 574}}, {"RA", CONSTANT, 5, 2, {32, 575}}, {"ES", CONSTANT, 5, 2, {32, 576}},
    {"MS", CONSTANT, 5, 2, {32, 577}}, {"HA", CONSTANT, 5, 2, {32, 578}}, {"AA", CONSTANT, 5, 2, {32, 579}},
    {"RM", CONSTANT, 5, 2, {32, 580}}, {"HO", CONSTANT, 5, 2, {32, 584}}, {"SH", CONSTANT, 5, 2, {32, 585}},
    {"UD", CONSTANT, 5, 6, {84}},      {"AC", CONSTANT, 15, 2, {2, 1}},   {"AS", CONSTANT, 18, 1, {1}},
    {"SS", CONSTANT, 18, 1, {2}},      {"LW", CONSTANT, 16, 1, {4096}},   {"ME", CONSTANT, 16, 1, {8192}},
    {"MP", CONSTANT, 16, 1, {8448}},   {"HI", CONSTANT, 16, 1, {12288}},  {"SI", CONSTANT, 16, 1, {16384}},
    {"LA", MACHINE, 0, 1, {500}},      {"LG", MACHINE, 0, 1, {501}},      {"DA", DOMAIN, 0, 1, {512}},
    {"DU", DOMAIN, 0, 1, {513}},       {"DG", DOMAIN, 0, 1, {514}},       {"DC", DOMAIN, 0, 1, {515}},
    {"DD", DOMAIN, 0, 1, {516}},       {"CA", DOMAIN, 0, 1, {517}},       {"PA", DOMAIN, 0, 1, {520}},
    {"CN", DOMAIN, 0, 1, {522}},       {"AP", DOMAIN, 0, 1, {525}},       {"KA", DOMAIN, 0, 1, {526}},
    {"RS", DOMAIN, 0, 1, {553}},       {"RO", FOREST, 0, 1, {498}},       {"SA", FOREST, 0, 1, {518}},
    {"EA", FOREST, 0, 1, {519}},       {"EK", FOREST, 0, 1, {527}},
};
#define ALIAS_COUNT (sizeof aliases / sizeof aliases[0])

/* NULL when the domain is not known. */
static const struct sid *base_of(const struct alias_row *row, const struct sddl_domains *domains)
{
    if (domains == NULL)
        return NULL;
    return row->base == MACHINE  ? domains->machine
           : row->base == DOMAIN ? domains->domain
                                 : domains->forest_root;
}

static enum err row_sid(const struct alias_row *row, const struct sddl_domains *domains,
                        struct sid_buffer *ret)
{
    if (row->base == CONSTANT)
        return sid_make(ret, row->authority, row->sub_authorities, row->count);
    const struct sid *base = base_of(row, domains);
    if (base == NULL || sid_append(ret, base, row->sub_authorities[0]) != ERR_NONE)
        return ERR_NONE_MAPPED;
    return ERR_NONE;
}

enum err sddl_alias_sid(struct bytes name, const struct sddl_domains *domains, struct sid_buffer *ret)
{
    const unsigned key = sddl_key(name);
    for (size_t i = 0; i < ALIAS_COUNT; i++)
        if (sddl_key_of_row(aliases[i].name) == key)
            return row_sid(&aliases[i], domains, ret);
    return ERR_INVALID_SID;
}

enum err sddl_read_sid(struct bytes text, const struct sddl_domains *domains, struct sid_buffer *ret)
{
    return text.size == 2 ? sddl_alias_sid(text, domains, ret) : sid_parse(text, ret);
}

const char *sddl_alias(const struct sid *sid, const struct sddl_domains *domains)
{
    for (size_t i = 0; i < ALIAS_COUNT; i++) {
        struct sid_buffer candidate;
        if (row_sid(&aliases[i], domains, &candidate) == ERR_NONE && sid_equal(sid_of(&candidate), sid))
            return aliases[i].name;
    }
    return NULL;
}
