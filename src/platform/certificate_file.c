#include "platform/certificate_file.h"

#include "base/log.h"
#include "platform/certificate_pair.h"

#include <time.h>

enum { CERTIFICATE_SIZE_MAX = 64 << 10, SECONDS_PER_DAY = 86400, DAYS_LEFT_FEW = 14 };

struct certificate {
    struct watched_object object;
    struct certificate_pair pair;
};

static const char *key_path(const struct watched_file *file)
{
    const struct certificate_settings *settings = file->context;
    return settings->key != NULL ? settings->key : file->path;
}

static void done(struct watched_object *object)
{
    certificate_pair_done(&((struct certificate *)(void *)object)->pair);
}

/* The key in the scratch arena; NULL, or what is wrong. What cannot be read now may be readable later, without a change of the file. */
static struct certificate_mistake read_key(const char *path, struct arena *scratch, struct bytes *ret)
{
    struct certificate_mistake mistake = {.text = file_refuse_key(path), .of_key = true};
    if (mistake.text != NULL)
        return mistake;
    enum err err = file_read(scratch, path, CERTIFICATE_SIZE_MAX, ret);
    mistake.passes = err == ERR_IO || err == ERR_NO_MEMORY;
    if (err != ERR_NONE)
        mistake.text = "cannot be read; give it to the service's user, or to a group of its own";
    return mistake;
}

static void add_note(struct watched_problems *problems, const char *text)
{
    watched_problems_add(problems, (struct watched_problem){.text = text, .note = true});
}

static void tell(const struct watched_file *file, const struct certificate_pair *pair, int64_t now,
                 struct watched_problems *problems)
{
    const int64_t days = (pair->expires_at - now) / SECONDS_PER_DAY;
    if (days < DAYS_LEFT_FEW && file->trying)
        add_note(problems, "ends within 14 days; have it renewed");
    else if (days < DAYS_LEFT_FEW)
        LOG(LOG_LEVEL_WARNING, "certificate-expires", LOG_STRING("file", file->path),
            LOG_NUMBER("days", days),
            LOG_STRING("remedy", "have it renewed; the new one is taken up by itself"));
    if (pair->binding_size == 0 && file->trying)
        add_note(problems,
                 "has a signature for which RFC 5929 defines no channel binding, so none is looked at; "
                 "have it signed with RSA or ECDSA");
    else if (pair->binding_size == 0)
        LOG(LOG_LEVEL_WARNING, "certificate-binds-nothing", LOG_STRING("file", file->path),
            LOG_STRING("remedy",
                       "RFC 5929 defines no channel binding for its signature, so none is looked at: have "
                       "it signed with RSA or ECDSA"));
}

/* What lies in the scratch, which is ours to write to. */
static void wipe(struct bytes secret)
{
    if (secret.size > 0)
        explicit_bzero((void *)(uintptr_t)secret.data, secret.size);
}

static enum err read_pair(const struct watched_file *file, struct bytes text, struct arena *scratch,
                          struct certificate *certificate, struct watched_problems *problems)
{
    const struct certificate_settings *settings = file->context;
    const struct certificate_demand demand = {.now = (int64_t)time(NULL), .must_bind = settings->must_bind};
    struct bytes key = {0};
    enum err err = ERR_MALFORMED;
    struct certificate_mistake mistake = read_key(key_path(file), scratch, &key);
    if (mistake.text == NULL)
        err = certificate_pair_read(text, key, &demand, &certificate->pair, &mistake);
    wipe(key);
    wipe(text); /* the key may be in the same file */
    if (err == ERR_NONE)
        tell(file, &certificate->pair, demand.now, problems);
    else
        watched_problems_add(problems,
                             (struct watched_problem){.text = mistake.text,
                                                      .name = mistake.of_key ? key_path(file) : file->path});
    return err != ERR_NONE && mistake.passes ? ERR_IO : err; /* and then it is tried again */
}

static enum err parse(const struct watched_file *file, struct bytes text, struct arena *scratch,
                      struct watched_object **ret, struct watched_problems *problems)
{
    struct certificate *certificate = watched_object_new(sizeof *certificate, 0);
    if (certificate == NULL)
        return ERR_NO_MEMORY;
    certificate->object.done = done;
    enum err err = read_pair(file, text, scratch, certificate, problems);
    if (err != ERR_NONE)
        watched_object_release(&certificate->object);
    else
        *ret = &certificate->object;
    return err;
}

const struct watched_kind certificate_file_kind = {
    .loaded = "certificate-loaded",
    .refused = "certificate-refused",
    .unusable = "certificate-unusable",
    .remedy =
        "give a certificate and its key in PEM that the service's user can read; what was in force stays",
    .no_file = "none",
    .size_max = CERTIFICATE_SIZE_MAX,
    .scratch_max = (size_t)4 * CERTIFICATE_SIZE_MAX,
    .parse = parse,
    .companion = key_path,
};

struct certificate *certificate_file_acquire(struct watched_file *file)
{
    return (struct certificate *)(void *)watched_file_acquire(file);
}

void platform_certificate_release(struct certificate *certificate)
{
    if (certificate != NULL)
        watched_object_release(&certificate->object);
}

enum err platform_certificate_show(const struct certificate *certificate, void *session)
{
    return gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, certificate->pair.credentials) < 0
               ? ERR_NO_MEMORY
               : ERR_NONE;
}

struct bytes platform_certificate_binding(const struct certificate *certificate)
{
    return bytes_of(certificate->pair.binding, certificate->pair.binding_size);
}

/* One that has run out stays in force: its clients say no, and nothing better is there. */
const char *certificate_file_state(struct watched_file *file, int64_t *ret_expires_at)
{
    struct certificate *certificate = certificate_file_acquire(file);
    *ret_expires_at = certificate == NULL ? 0 : certificate->pair.expires_at;
    platform_certificate_release(certificate);
    return *ret_expires_at != 0 && *ret_expires_at < (int64_t)time(NULL) ? "expired"
                                                                         : watched_file_state(file);
}
