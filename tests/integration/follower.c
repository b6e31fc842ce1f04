#include "follower.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The fields of a block (HTML Living Standard 9.2.6). */
struct block {
    bool has_id;
    uint64_t id;
    const char *event;
    char *data;
};

static const char *field_of(char *line, const char *name)
{
    size_t size = strlen(name);
    return strncmp(line, name, size) == 0 ? line + size : NULL;
}

static const char *read_line(char *line, struct block *block)
{
    const char *value = NULL;
    if (*line == ':')
        return NULL;
    if ((value = field_of(line, "id: ")) != NULL) {
        block->has_id = true;
        block->id = strtoull(value, NULL, 10);
    } else if ((value = field_of(line, "event: ")) != NULL) {
        block->event = value;
    } else if (field_of(line, "data: ") != NULL && block->data == NULL) {
        block->data = line + strlen("data: ");
    } else {
        return "a line that is no field we know, or data of two lines";
    }
    return NULL;
}

static const char *keep_event(struct follower *follower, const struct block *block)
{
    json_auto_t *event = json_loads(block->data, JSON_REJECT_DUPLICATES, NULL);
    const char *id = json_string_value(json_object_get(event, "id"));
    uint64_t record = (uint64_t)json_integer_value(json_object_get(event, "recordId"));
    struct event_uuid uuid;
    if (id == NULL || event_uuid_parse(bytes_of_string(id), &uuid) != ERR_NONE)
        return "data that is no event";
    if (block->event == NULL || strcmp(block->event, "audit") != 0 || !block->has_id || record != block->id)
        return "an event without its name and its position";
    if (record <= follower->last_record)
        return "an event that is not after the one before";
    struct event_uuid *uuids = realloc(follower->uuids, (follower->count + 1) * sizeof uuid);
    if (uuids == NULL)
        return "memory";
    follower->uuids = uuids;
    follower->uuids[follower->count++] = uuid;
    follower->last_record = record;
    return NULL;
}

static void read_block(struct follower *follower, char *text)
{
    struct block block = {0};
    char *rest = NULL;
    const char *mistake = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL && mistake == NULL;
         line = strtok_r(NULL, "\n", &rest))
        mistake = read_line(line, &block);
    if (mistake == NULL && block.data != NULL)
        mistake = keep_event(follower, &block);
    if (block.has_id)
        follower->last_id = block.id;
    if (mistake != NULL)
        follower->mistake = mistake;
    follower->begun = true;
}

static bool is_left(const struct follower *follower)
{
    return follower->leave_after != 0 && follower->count >= follower->leave_after;
}

static void read_blocks(struct follower *follower)
{
    char *at = follower->text;
    for (char *end = strstr(at, "\n\n"); end != NULL && !is_left(follower); end = strstr(at, "\n\n")) {
        *end = 0;
        read_block(follower, at);
        at = end + 2;
    }
    follower->text_size -= (size_t)(at - follower->text);
    memmove(follower->text, at, follower->text_size + 1);
}

static size_t take(char *data, size_t unit, size_t count, void *context)
{
    struct follower *follower = context;
    size_t size = unit * count;
    bool goes_on = false;
    (void)pthread_mutex_lock(&follower->lock);
    char *text = realloc(follower->text, follower->text_size + size + 1);
    if (text != NULL) {
        memcpy(text + follower->text_size, data, size);
        follower->text = text;
        follower->text_size += size;
        text[follower->text_size] = 0;
        read_blocks(follower);
        goes_on = !is_left(follower);
    }
    (void)pthread_cond_broadcast(&follower->changed);
    (void)pthread_mutex_unlock(&follower->lock);
    return goes_on ? size : 0;
}

static int look_up(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct follower *follower = context;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return atomic_load(&follower->stopping) ? 1 : 0;
}

static struct curl_slist *headers_of(const struct follower *follower)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: text/event-stream");
    headers = curl_slist_append(headers, follower->bearer);
    return follower->resume[0] == 0 ? headers : curl_slist_append(headers, follower->resume);
}

static void *follow(void *context)
{
    struct follower *follower = context;
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = headers_of(follower);
    curl_easy_setopt(curl, CURLOPT_URL, follower->url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, follower);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_up);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, follower);
    CURLcode code = curl_easy_perform(curl);
    (void)pthread_mutex_lock(&follower->lock);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &follower->status);
    follower->ended = true;
    follower->whole = code == CURLE_OK;
    (void)pthread_cond_broadcast(&follower->changed);
    (void)pthread_mutex_unlock(&follower->lock);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return NULL;
}

void follower_start(struct follower *follower, unsigned port, const char *bearer, const char *query)
{
    uint64_t from = follower->last_id;
    uint64_t record = follower->last_record;
    size_t leave_after = follower->leave_after;
    *follower = (struct follower){.last_id = from, .last_record = record, .leave_after = leave_after};
    (void)pthread_mutex_init(&follower->lock, NULL);
    (void)pthread_cond_init(&follower->changed, NULL);
    (void)snprintf(follower->url, sizeof follower->url, "http://localhost:%u/audit%s", port, query);
    (void)snprintf(follower->bearer, sizeof follower->bearer, "Authorization: Bearer %s", bearer);
    if (from != 0)
        (void)snprintf(follower->resume, sizeof follower->resume, "Last-Event-ID: %" PRIu64, from);
    if (pthread_create(&follower->thread, NULL, follow, follower) != 0)
        exit(99);
}

bool follower_wait(struct follower *follower, size_t count, unsigned seconds)
{
    struct timespec until;
    int waited = 0;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    (void)pthread_mutex_lock(&follower->lock);
    while (waited == 0 && !follower->ended && (follower->count < count || !follower->begun))
        waited = pthread_cond_timedwait(&follower->changed, &follower->lock, &until);
    bool came = follower->count >= count && follower->begun;
    (void)pthread_mutex_unlock(&follower->lock);
    return came;
}

void follower_join(struct follower *follower, unsigned seconds)
{
    struct timespec until;
    int waited = 0;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    (void)pthread_mutex_lock(&follower->lock);
    while (waited == 0 && !follower->ended)
        waited = pthread_cond_timedwait(&follower->changed, &follower->lock, &until);
    (void)pthread_mutex_unlock(&follower->lock);
    atomic_store(&follower->stopping, true);
    (void)pthread_join(follower->thread, NULL);
}

void follower_done(struct follower *follower)
{
    (void)pthread_mutex_destroy(&follower->lock);
    (void)pthread_cond_destroy(&follower->changed);
    free(follower->text);
    free(follower->uuids);
}
