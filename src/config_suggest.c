#include "config_reading.h"

enum { NAME_MAX_SIZE = 32 };

static bool is_meant_as(char a, char b)
{
    return a == b || (a == '-' && b == '_');
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* How many letters to add, drop, change or swap with their neighbour; both are at most NAME_MAX_SIZE long. */
static unsigned distance(const char *a, const char *b)
{
    unsigned rows[NAME_MAX_SIZE + 1][NAME_MAX_SIZE + 1];
    const size_t a_size = strlen(a);
    const size_t b_size = strlen(b);
    for (size_t i = 0; i <= a_size; i++)
        rows[i][0] = (unsigned)i;
    for (size_t j = 0; j <= b_size; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_size; i++) {
        for (size_t j = 1; j <= b_size; j++) {
            const unsigned change = is_meant_as(a[i - 1], b[j - 1]) ? 0 : 1;
            rows[i][j] = least(least(rows[i - 1][j], rows[i][j - 1]) + 1, rows[i - 1][j - 1] + change);
            if (i > 1 && j > 1 && is_meant_as(a[i - 1], b[j - 2]) && is_meant_as(a[i - 2], b[j - 1]))
                rows[i][j] = least(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    }
    return rows[a_size][b_size];
}

/* Whether each word of one, between its lines, is one of the other: max_connections for connections_max. */
static bool same_words(const char *name, const char *key)
{
    static const char between[] = "-_";
    if (strlen(name) != strlen(key))
        return false;
    for (const char *word = name; *word != 0; word += strspn(word, between)) {
        const size_t size = strcspn(word, between);
        bool found = false;
        for (const char *other = key; *other != 0 && !found; other += strspn(other, between)) {
            const size_t other_size = strcspn(other, between);
            found = other_size == size && memcmp(word, other, size) == 0;
            other += other_size;
        }
        if (!found)
            return false;
        word += size;
    }
    return true;
}

/* The name of a setting that is near enough, or NULL. */
static const char *nearest(const char *name)
{
    const char *found = NULL;
    const size_t size = strlen(name);
    unsigned best = size < 6 ? 1 : size < 12 ? 2 : 3;
    if (size > NAME_MAX_SIZE)
        return NULL;
    for (const struct config_key *key = config_keys; key->name != NULL; key++) {
        if (!config_key_is_here(key) || strlen(key->name) > NAME_MAX_SIZE)
            continue;
        if (same_words(name, key->name))
            return key->name;
        const unsigned edits = distance(name, key->name);
        if (edits < best || (edits == best && found == NULL)) {
            best = edits;
            found = key->name;
        }
    }
    return found;
}

static bool is_elsewhere(const char *name)
{
    for (const struct config_key *key = config_keys; key->name != NULL; key++) {
        if (!config_key_is_here(key) && strlen(name) == strlen(key->name) && distance(name, key->name) == 0)
            return true;
    }
    return false;
}

const char *config_suggest(struct reading *reading, const char *name)
{
    static const char unknown[] = "is not a setting; see ntokend --help for all of them";
    if (strlen(name) <= NAME_MAX_SIZE && is_elsewhere(name))
        return "is not a setting of this system; leave it out";
    const char *suggestion = nearest(name);
    const char *mistake = suggestion == NULL ? NULL
                                             : arena_printf(&reading->config->arena,
                                                            "is not a setting; did you mean %s?", suggestion);
    return mistake == NULL ? unknown : mistake;
}
