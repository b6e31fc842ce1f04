#include "platform/windows/key_access.h"

#include "engine/decide.h"

/* Of a file. [MS-DTYP] 2.4.3 */
enum { READ_DATA = 0x1, WRITE_DATA = 0x2, APPEND_DATA = 0x4 };

/* Everyone who has an account here, and nothing else: no group of the site's, no privilege. */
static enum err make_stranger(struct arena *arena, struct sid_and_attributes groups[2], struct token *ret)
{
    static const uint64_t key[2]; /* these three SIDs are nobody's choice */
    groups[0] = (struct sid_and_attributes){.sid = SID_AUTHENTICATED_USERS, .attributes = SE_GROUP_ENABLED};
    groups[1] = (struct sid_and_attributes){.sid = SID_USERS, .attributes = SE_GROUP_ENABLED};
    *ret = (struct token){.type = TOKEN_IMPERSONATION,
                          .level = SECURITY_IMPERSONATION,
                          .user = SID_EVERYONE,
                          .groups = {.items = groups, .count = 2},
                          .integrity_level = INTEGRITY_MEDIUM};
    return token_index(ret, arena, key);
}

enum err key_access_look(struct arena *arena, struct bytes descriptor, bool *ret_open)
{
    struct sid_and_attributes groups[2];
    struct token stranger;
    struct descriptor view;
    struct access_answer answer;
    const struct securable *file = securable_find(bytes_of_string("file"));
    enum err err = make_stranger(arena, groups, &stranger);
    if (err == ERR_NONE)
        err = descriptor_parse(descriptor, &view);
    if (err != ERR_NONE)
        return err;
    const struct access_request request = {
        .descriptor = &view, .desired = RIGHT_MAXIMUM_ALLOWED, .mapping = file->mapping};
    err = decide_access(&stranger, &request, &answer);
    if (err != ERR_NONE)
        return err;
    *ret_open =
        (answer.granted & (READ_DATA | WRITE_DATA | APPEND_DATA | RIGHT_WRITE_DAC | RIGHT_WRITE_OWNER)) != 0;
    return ERR_NONE;
}
