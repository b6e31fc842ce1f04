#include "platform/sddl.h"

#include "base/log.h"
#include "platform/windows/shadow.h"
#include "platform/windows/wide.h"

/* Of one reading, the engine's included: a body of the standard size fits. */
enum { READING_MEMORY_MAX = 32 << 20 };

static const char function[] = "ConvertStringSecurityDescriptorToSecurityDescriptorW";

/* What Windows says of a text. Any other error says that it could not read one. */
static bool is_refusal(enum err err)
{
    switch (err) {
    case ERR_INVALID_PARAMETER:
    case ERR_UNKNOWN_REVISION:
    case ERR_NONE_MAPPED:
    case ERR_INVALID_ACL:
    case ERR_INVALID_SID:
    case ERR_INVALID_STRING_UUID:
        return true;
    default:
        return false;
    }
}

/* What has no err is ERR_FAILED from here on, and only the log still knows it. A caller may have many of them. */
static enum err fail(DWORD code)
{
    const enum err err = system_error_of(code);
    if (is_refusal(err) || err == ERR_NO_MEMORY)
        return err;
    LOG_LIMITED(LOG_LEVEL_ERROR, "system-call-failed", LOG_STRING("call", function),
                LOG_NUMBER("error", code));
    return ERR_FAILED;
}

static size_t end_of(const struct descriptor *descriptor, const void *part, size_t size)
{
    return part == NULL ? 0 : (size_t)((const uint8_t *)part - descriptor->raw.data) + size;
}

/* Whether it is a sound descriptor as large as said: one of which nothing lies behind the last part but what may align it. */
static bool is_whole(struct bytes made)
{
    struct descriptor descriptor;
    if (made.data == NULL || descriptor_parse(made, &descriptor) != ERR_NONE)
        return false;
    const struct sid *owner = descriptor.owner;
    const struct sid *group = descriptor.group;
    const size_t ends[] = {SD_HEADER_SIZE, end_of(&descriptor, owner, owner != NULL ? sid_size(owner) : 0),
                           end_of(&descriptor, group, group != NULL ? sid_size(group) : 0),
                           end_of(&descriptor, descriptor.dacl.raw.data, descriptor.dacl.raw.size),
                           end_of(&descriptor, descriptor.sacl.raw.data, descriptor.sacl.raw.size)};
    size_t end = 0;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        end = ends[i] > end ? ends[i] : end;
    return made.size < end + sizeof(uint32_t);
}

static enum err take(struct arena *arena, struct bytes made, struct bytes *ret)
{
    if (!is_whole(made))
        return fail(ERROR_SUCCESS); /* it says that it is done, and gives none */
    const void *copy = arena_copy(arena, made.data, made.size);
    if (copy == NULL)
        return ERR_NO_MEMORY;
    *ret = bytes_of(copy, made.size);
    return ERR_NONE;
}

/* Windows answers on its own heap; of a call that failed nothing is looked at. */
static enum err ask(const struct system *system, const wchar_t *text, struct arena *arena, struct bytes *ret)
{
    PSECURITY_DESCRIPTOR made = NULL;
    ULONG size = 0;
    if (!system->ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &made, &size))
        return fail(system->GetLastError());
    const enum err err = take(arena, bytes_of(made, size), ret);
    (void)system->LocalFree(made);
    return err;
}

static bool names_domains(const struct platform_settings *settings)
{
    return settings->machine_sid != NULL || settings->domain_sid != NULL || settings->forest_sid != NULL;
}

/* The engine knows where a text goes wrong, and Windows does not say. */
static void locate(const struct sddl_reading *engine, struct sddl_error *ret)
{
    *ret = (struct sddl_error){.expected = "SDDL that this Windows takes"};
    if (engine->err != ERR_NONE && engine->err != ERR_NO_MEMORY)
        *ret = engine->error;
}

static enum err read_by_system(struct platform *platform, struct arena *arena, struct bytes text,
                               struct bytes *ret, struct sddl_error *ret_error)
{
    AUTO_ARENA scratch;
    wchar_t *wide = NULL;
    struct sddl_reading windows = {.err = ERR_FAILED};
    struct sddl_reading engine = {.err = ERR_FAILED};
    arena_init(&scratch, READING_MEMORY_MAX);
    arena_charge(&scratch, arena->budget);
    const enum err unfit = wide_of_bytes(&scratch, text, &wide);
    if (unfit == ERR_NO_MEMORY)
        return unfit;
    windows.err =
        unfit == ERR_NONE ? ask(&platform->system, wide, arena, &windows.bytes) : ERR_INVALID_PARAMETER;
    const bool shadowed = unfit == ERR_NONE && platform->settings.shadow_check;
    if (shadowed || is_refusal(windows.err))
        engine.err = sddl_read(&scratch, text, &platform->domains, &engine.bytes, &engine.error);
    if (shadowed)
        shadow_read(platform, text, &windows, &engine);
    if (windows.err == ERR_NONE)
        *ret = windows.bytes;
    else if (is_refusal(windows.err))
        locate(&engine, ret_error);
    return windows.err;
}

enum err platform_sddl_read(struct platform *platform, struct arena *arena, struct bytes text,
                            struct bytes *ret, struct sddl_error *ret_error)
{
    if (names_domains(&platform->settings))
        return sddl_read(arena, text, &platform->domains, ret, ret_error);
    return read_by_system(platform, arena, text, ret, ret_error);
}
