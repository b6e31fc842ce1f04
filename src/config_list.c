/* config_list: the table of settings as text, for tools/manual. A line each, its fields apart by tabs: kind, name, argument, help,
 * group, system, "repeats", what holds when it is left out, least and most of a number. Built, never installed. */
#include "config_keys.h"

#include <inttypes.h>

static void print_option(const struct config_option *option)
{
    (void)printf("option\t%s\t%s\t%s\n", option->name, option->argument == NULL ? "" : option->argument,
                 option->help);
}

static void print_key(const struct config_key *key)
{
    static const char *const systems[] = {
        [CONFIG_EVERYWHERE] = "", [CONFIG_POSIX] = "posix", [CONFIG_WINDOWS] = "windows"};
    const char *group = config_groups[key->group];
    char standard[CONFIG_STANDARD_SIZE];
    config_key_standard(key, standard);
    (void)printf("key\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t", key->name, key->argument, key->help,
                 group == NULL ? "" : group, systems[key->system], config_key_repeats(key) ? "repeats" : "",
                 standard);
    if (config_key_is_number(key))
        (void)printf("%" PRIu64 "\t%" PRIu64 "\n", key->min, key->max);
    else
        (void)printf("\t\n");
}

int main(void)
{
    for (const struct config_option *option = config_options; option->name != NULL; option++)
        print_option(option);
    for (size_t group = CONFIG_GROUP_NONE + 1; config_groups[group] != NULL; group++)
        (void)printf("group\t%s\n", config_groups[group]);
    for (const struct config_key *key = config_keys; key->name != NULL; key++)
        print_key(key);
    return 0;
}
