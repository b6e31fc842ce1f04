#include "http/admission.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The last byte of a client. */
enum { OPERATOR = 1, IPV4 = 4, IPV6 = 6 };

/* There are never more clients than connections, so the entries suffice. */
struct entry {
    struct admission_client client;
    unsigned count;
    struct entry *next;
};

struct admission {
    pthread_mutex_t lock;
    unsigned max;
    unsigned per_client;
    unsigned count;
    unsigned operators;               /* beside these */
    struct admission_figures figures; /* but for `open` */
    struct entry *free;
    struct entry *entries;
    struct entry **buckets;
    size_t bucket_count;
};

void admission_client(const struct sockaddr *address, struct admission_client *ret)
{
    *ret = (struct admission_client){.bytes = {0}};
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        memcpy(ret->bytes, &in6.sin6_addr, 8);
        ret->bytes[15] = IPV6;
        return;
    }
    struct sockaddr_in in;
    memcpy(&in, address, sizeof in);
    memcpy(ret->bytes, &in.sin_addr, 4);
    ret->bytes[15] = IPV4;
}

void admission_operator(struct admission_client *ret)
{
    *ret = (struct admission_client){.bytes = {[15] = OPERATOR}};
}

static bool is_operator(const struct admission_client *client)
{
    return client->bytes[15] == OPERATOR;
}

enum err admission_new(unsigned connections_max, unsigned per_client, struct admission **ret)
{
    struct admission *admission = calloc(1, sizeof *admission);
    if (admission == NULL)
        return ERR_NO_MEMORY;
    (void)pthread_mutex_init(&admission->lock, NULL);
    admission->max = connections_max;
    admission->per_client = per_client;
    admission->bucket_count = (size_t)connections_max + 1;
    admission->entries = calloc((size_t)connections_max + 1, sizeof *admission->entries);
    admission->buckets = calloc(admission->bucket_count, sizeof(struct entry *));
    if (admission->entries == NULL || admission->buckets == NULL) {
        admission_free(admission);
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < connections_max; i++) {
        admission->entries[i].next = admission->free;
        admission->free = &admission->entries[i];
    }
    *ret = admission;
    return ERR_NONE;
}

void admission_free(struct admission *admission)
{
    if (admission == NULL)
        return;
    (void)pthread_mutex_destroy(&admission->lock);
    free(admission->entries);
    free(admission->buckets);
    free(admission);
}

/* Where the link to the client's entry is, or where it would be put. */
static struct entry **find(struct admission *admission, const struct admission_client *client)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a; a chain is never longer than connections_max */
    for (size_t i = 0; i < sizeof client->bytes; i++)
        hash = (hash ^ client->bytes[i]) * UINT64_C(0x100000001b3);
    struct entry **link = &admission->buckets[hash % admission->bucket_count];
    while (*link != NULL && memcmp(&(*link)->client, client, sizeof *client) != 0)
        link = &(*link)->next;
    return link;
}

static bool enter_operator(struct admission *admission)
{
    const bool entered = admission->operators < ADMISSION_OPERATORS_MAX;
    admission->operators += entered;
    *(entered ? &admission->figures.admitted : &admission->figures.refused) += 1;
    return entered;
}

static bool enter(struct admission *admission, const struct admission_client *client)
{
    if (admission->count >= admission->max) { /* and so there is a free entry below */
        admission->figures.refused++;
        return false;
    }
    struct entry **link = find(admission, client);
    if (*link == NULL) {
        struct entry *entry = admission->free;
        admission->free = entry->next;
        *entry = (struct entry){.client = *client};
        *link = entry;
    }
    if (admission->per_client != 0 && (*link)->count >= admission->per_client) {
        admission->figures.refused_client++;
        return false;
    }
    admission->figures.admitted++;
    (*link)->count++;
    admission->count++;
    return true;
}

bool admission_enter(struct admission *admission, const struct admission_client *client)
{
    (void)pthread_mutex_lock(&admission->lock);
    bool entered = is_operator(client) ? enter_operator(admission) : enter(admission, client);
    (void)pthread_mutex_unlock(&admission->lock);
    return entered;
}

static void leave(struct admission *admission, const struct admission_client *client)
{
    struct entry **link = find(admission, client);
    struct entry *entry = *link;
    if (entry == NULL)
        return;
    admission->count--;
    entry->count--;
    if (entry->count > 0)
        return;
    *link = entry->next;
    entry->next = admission->free;
    admission->free = entry;
}

void admission_leave(struct admission *admission, const struct admission_client *client)
{
    (void)pthread_mutex_lock(&admission->lock);
    if (is_operator(client))
        admission->operators -= admission->operators > 0;
    else
        leave(admission, client);
    (void)pthread_mutex_unlock(&admission->lock);
}

void admission_figures(struct admission *admission, struct admission_figures *ret)
{
    (void)pthread_mutex_lock(&admission->lock);
    *ret = admission->figures;
    ret->open = (uint64_t)admission->count + admission->operators;
    (void)pthread_mutex_unlock(&admission->lock);
}
