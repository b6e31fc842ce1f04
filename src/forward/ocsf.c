#include "forward/ocsf.h"

#include "base/utf16.h"
#include "http/json_memory.h"

#include <jansson.h>
#include <stdlib.h>

enum {
    BASE_EVENT = 0,
    AUTHENTICATION = 3002,
    AUTHORIZE_SESSION = 3003,
    WINDOWS_RESOURCE = 201003, /* 2 is the extension, 1 the category System Activity */
    OTHER = 99
};

struct kind {
    uint16_t event_id;
    int class_uid;
    int activity_id;
    const char *activity;
    const char *title;
};

static const struct kind kinds[] = {
    {4624, AUTHENTICATION, 1, "Logon", "An account was successfully logged on."},
    {4625, AUTHENTICATION, 1, "Logon", "An account failed to log on."},
    {4627, AUTHORIZE_SESSION, 2, "Assign Groups", "Group membership information."},
    {4656, WINDOWS_RESOURCE, 1, "Access", "A handle to an object was requested."},
    {4658, WINDOWS_RESOURCE, OTHER, "Close", "The handle to an object was closed."},
    {4660, WINDOWS_RESOURCE, OTHER, "Delete", "An object was deleted."},
    {4661, WINDOWS_RESOURCE, 1, "Access", "A handle to an object was requested."},
    {4662, WINDOWS_RESOURCE, 1, "Access", "An operation was performed on an object."},
    {4663, WINDOWS_RESOURCE, 1, "Access", "An attempt was made to access an object."},
    {4672, AUTHORIZE_SESSION, 1, "Assign Privileges", "Special privileges assigned to new logon."},
    {4673, WINDOWS_RESOURCE, 1, "Access", "A privileged service was called."},
    {4674, WINDOWS_RESOURCE, 1, "Access", "An operation was attempted on a privileged object."},
    {4703, AUTHORIZE_SESSION, OTHER, "Adjust Privileges", "A user right was adjusted."},
};

static const struct kind *kind_of(uint16_t event_id)
{
    static const struct kind other = {0, BASE_EVENT, OTHER, "Other", "A security event."};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].event_id == event_id)
            return &kinds[i];
    }
    return &other;
}

const char *ocsf_title(uint16_t event_id)
{
    return kind_of(event_id)->title;
}

/* An allocation of jansson's that fails is remembered by json_memory; ours, here. */
static _Thread_local bool no_memory;

/* jansson takes UTF-8 only. */
static json_t *text_json(const char *text)
{
    json_t *json = json_string(text);
    if (json != NULL || json_memory_failed())
        return json;
    size_t size = strlen(text);
    uint8_t *clean = malloc(3 * size + 1);
    no_memory = no_memory || clean == NULL;
    if (clean == NULL)
        return NULL;
    json = json_stringn_nocheck((const char *)clean, utf8_clean(bytes_of(text, size), clean));
    free(clean);
    return json;
}

static void put(json_t *object, const char *name, json_t *value)
{
    (void)json_object_set_new(object, name, value);
}

static void put_text(json_t *object, const char *name, const char *text)
{
    put(object, name, text_json(text));
}

static void put_number(json_t *object, const char *name, uint64_t number)
{
    put(object, name, json_integer((json_int_t)number));
}

/* NULL where Windows would have nothing to say, which it writes as "-". */
static const char *field_of(const struct event *event, const char *name)
{
    for (size_t i = 0; i < event->field_count; i++) {
        const char *value = event->fields[i].value;
        if (strcmp(event->fields[i].name, name) == 0)
            return strcmp(value, "-") == 0 || value[0] == 0 ? NULL : value;
    }
    return NULL;
}

static void put_field(json_t *object, const char *name, const struct event *event, const char *field)
{
    const char *value = field_of(event, field);
    if (value != NULL)
        put_text(object, name, value);
}

/* The names of one person's fields. */
struct person {
    const char *sid;
    const char *name;
    const char *domain;
    const char *logon;
};

static const struct person subject = {"SubjectUserSid", "SubjectUserName", "SubjectDomainName",
                                      "SubjectLogonId"};
static const struct person target = {"TargetUserSid", "TargetUserName", "TargetDomainName", "TargetLogonId"};

static json_t *user_json(const struct event *event, const struct person *person)
{
    json_t *user = json_object();
    put_number(user, "type_id", 0);
    put_field(user, "uid", event, person->sid);
    put_field(user, "name", event, person->name);
    put_field(user, "domain", event, person->domain);
    return user;
}

static json_t *session_json(const struct event *event, const struct person *person)
{
    json_t *session = json_object();
    put_field(session, "uid", event, person->logon);
    return session;
}

static json_t *process_json(const struct event *event)
{
    json_t *process = json_object();
    const char *pid = field_of(event, "ProcessId");
    const char *path = field_of(event, "ProcessName");
    if (pid != NULL)
        put_number(process, "pid", strtoul(pid, NULL, 16));
    if (path == NULL)
        return process;
    const char *slash = strrchr(path, '/');
    json_t *file = json_object();
    put_text(file, "path", path);
    put_text(file, "name", slash == NULL ? path : slash + 1);
    put_number(file, "type_id", 1);
    put_text(process, "name", slash == NULL ? path : slash + 1);
    put(process, "file", file);
    return process;
}

static json_t *actor_json(const struct event *event)
{
    json_t *actor = json_object();
    put(actor, "user", user_json(event, &subject));
    put(actor, "session", session_json(event, &subject));
    put(actor, "process", process_json(event));
    return actor;
}

static void put_authentication(json_t *all, const struct event *event, const char *computer)
{
    const char *type = field_of(event, "LogonType");
    const char *package = field_of(event, "AuthenticationPackageName");
    const char *address = field_of(event, "IpAddress");
    const char *port = field_of(event, "IpPort");
    unsigned long logon_type = type == NULL ? 0 : strtoul(type, NULL, 10);
    json_t *destination = json_object();
    put_text(destination, "hostname", computer);
    put(all, "dst_endpoint", destination);
    put(all, "user", user_json(event, &target));
    put(all, "session", session_json(event, &target));
    put_number(all, "logon_type_id", logon_type);
    put(all, "is_remote", json_boolean(logon_type == 3));
    put_number(all, "auth_protocol_id", package != NULL && strcmp(package, "Kerberos") == 0 ? 2 : 99);
    put_field(all, "auth_protocol", event, "AuthenticationPackageName");
    put_field(all, "status_code", event, "Status");
    if (address == NULL)
        return;
    json_t *source = json_object();
    put_text(source, "ip", address);
    if (port != NULL)
        put_number(source, "port", strtoul(port, NULL, 10));
    put(all, "src_endpoint", source);
}

/* The words of a list that Windows writes with blanks, tabs and line ends between. */
static json_t *words_json(const char *list)
{
    json_t *words = json_array();
    while (list != NULL && *list != 0) {
        list += strspn(list, " \t\r\n");
        size_t size = strcspn(list, " \t\r\n");
        if (size > 0)
            (void)json_array_append_new(words, json_stringn(list, size));
        list += size;
    }
    return words;
}

/* GroupMembership is "%{S-1-…} %{S-1-…}". */
static json_t *groups_json(const char *list)
{
    json_t *groups = json_array();
    while (list != NULL && (list = strstr(list, "%{")) != NULL) {
        size_t size = strcspn(list + 2, "}");
        json_t *group = json_object();
        put(group, "uid", json_stringn(list + 2, size));
        (void)json_array_append_new(groups, group);
        list += 2 + size;
    }
    return groups;
}

static void put_authorization(json_t *all, const struct event *event)
{
    const struct person *person = field_of(event, target.sid) == NULL ? &subject : &target;
    put(all, "user", user_json(event, person));
    put(all, "session", session_json(event, person));
    if (event->event_id == 4627) {
        put(all, "groups", groups_json(field_of(event, "GroupMembership")));
        return;
    }
    const char *list = event->event_id == 4703 ? "EnabledPrivilegeList" : "PrivilegeList";
    put(all, "privileges", words_json(field_of(event, list)));
}

static void put_resource(json_t *all, const struct event *event)
{
    json_t *resource = json_object();
    const char *name = field_of(event, "ObjectName");
    put_text(resource, "name", name == NULL ? "-" : name);
    put_field(resource, "type", event, "ObjectType");
    put_number(resource, "type_id", 0);
    put(all, "win_resource", resource);
}

static void put_extension(json_t *metadata)
{
    json_t *extensions = json_array();
    json_t *extension = json_object();
    put_text(extension, "name", "win");
    put_text(extension, "uid", "2");
    put_text(extension, "version", "1.1.0");
    (void)json_array_append_new(extensions, extension);
    put(metadata, "extensions", extensions);
}

static json_t *metadata_json(const struct event *event, const struct kind *kind)
{
    char uuid[EVENT_UUID_TEXT_MAX];
    json_t *metadata = json_object();
    json_t *product = json_object();
    json_t *profiles = json_array();
    event_uuid_format(&event->uuid, uuid);
    put_text(product, "name", "ntokend");
    put_text(product, "vendor_name", "ntokend");
    put_text(product, "version", NTOKEND_VERSION);
    (void)json_array_append_new(profiles, json_string("host"));
    put_text(metadata, "version", "1.1.0");
    put_text(metadata, "uid", uuid);
    put(metadata, "event_code", json_sprintf("%u", event->event_id));
    put_number(metadata, "sequence", event->record_id);
    put_text(metadata, "log_name", "Security");
    put_text(metadata, "log_provider", "Microsoft-Windows-Security-Auditing");
    put(metadata, "product", product);
    put(metadata, "profiles", profiles);
    if (kind->class_uid == WINDOWS_RESOURCE)
        put_extension(metadata);
    return metadata;
}

static json_t *device_json(const char *computer)
{
    json_t *device = json_object();
    put_text(device, "hostname", computer);
    put_number(device, "type_id", 1); /* a server */
    return device;
}

static json_t *unmapped_json(const struct event *event)
{
    json_t *unmapped = json_object();
    for (size_t i = 0; i < event->field_count; i++)
        put_text(unmapped, event->fields[i].name, event->fields[i].value);
    return unmapped;
}

static void put_class(json_t *all, const struct event *event, const struct kind *kind)
{
    put_number(all, "class_uid", (uint64_t)kind->class_uid);
    put_number(all, "category_uid", (uint64_t)(kind->class_uid % 100000 / 1000));
    put_number(all, "activity_id", (uint64_t)kind->activity_id);
    put_text(all, "activity_name", kind->activity);
    put_number(all, "type_uid", (uint64_t)kind->class_uid * 100 + (uint64_t)kind->activity_id);
    put(all, "time", json_integer(event->time_ns / 1000000));
    put_number(all, "severity_id", event->success ? 1 : 2);
    put_number(all, "status_id", event->success ? 1 : 2);
    put_text(all, "status", event->success ? "Success" : "Failure");
    put_text(all, "message", kind->title);
}

char *ocsf_text(const struct event *event, const char *computer)
{
    const struct kind *kind = kind_of(event->event_id);
    json_memory_watch();
    no_memory = false;
    json_t *all = json_object();
    put_class(all, event, kind);
    put(all, "metadata", metadata_json(event, kind));
    put(all, "device", device_json(computer));
    put(all, "actor", actor_json(event));
    if (kind->class_uid == AUTHENTICATION)
        put_authentication(all, event, computer);
    else if (kind->class_uid == AUTHORIZE_SESSION)
        put_authorization(all, event);
    else if (kind->class_uid == WINDOWS_RESOURCE)
        put_resource(all, event);
    put(all, "unmapped", unmapped_json(event));
    char *text = json_dumps(all, JSON_COMPACT);
    json_decref(all);
    if (!json_memory_failed() && !no_memory)
        return text;
    free(text);
    return NULL;
}
