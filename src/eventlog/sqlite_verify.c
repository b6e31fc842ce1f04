#include "eventlog/sqlite_log.h"

#include <stdlib.h>

struct walk {
    sqlite3 *db;
    struct sqlite_head head;
    uint64_t next;             /* the record_id that must come */
    uint8_t hash[DIGEST_SIZE]; /* of the one before */
    struct zone zone;          /* of the records so far in the zone of `next` */
    uint64_t zones;            /* complete ones */
    uint8_t *scratch;
    size_t scratch_size;
    struct event_verdict *verdict;
};

static enum err broken(struct walk *walk, uint64_t record_id, const char *problem)
{
    walk->verdict->broken_record_id = record_id;
    walk->verdict->problem = problem;
    return ERR_MALFORMED;
}

static bool contains(const uint8_t *all, const uint8_t *some, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((some[i] & ~all[i]) != 0)
            return false;
    }
    return true;
}

/* The first zone may know of records that are gone; any other says what its records say. */
static bool zone_fits(const struct walk *walk, sqlite3_stmt *row, bool first)
{
    const struct zone *zone = &walk->zone;
    const uint8_t *keys = sqlite3_column_blob(row, 0);
    const uint8_t *text = sqlite3_column_blob(row, 1);
    if (keys == NULL || sqlite3_column_bytes(row, 0) != ZONE_KEYS_SIZE || text == NULL ||
        sqlite3_column_bytes(row, 1) != ZONE_TEXT_SIZE)
        return false;
    int64_t since_ns = sqlite3_column_int64(row, 2);
    int64_t until_ns = sqlite3_column_int64(row, 3);
    if (first)
        return contains(keys, zone->keys, ZONE_KEYS_SIZE) && contains(text, zone->text, ZONE_TEXT_SIZE) &&
               since_ns <= zone->since_ns && until_ns >= zone->until_ns;
    return memcmp(keys, zone->keys, ZONE_KEYS_SIZE) == 0 && memcmp(text, zone->text, ZONE_TEXT_SIZE) == 0 &&
           since_ns == zone->since_ns && until_ns == zone->until_ns;
}

/* A zone that lies would hide its records from every search. */
static enum err end_zone(struct walk *walk, uint64_t id)
{
    sqlite3_stmt *row = NULL;
    enum err err =
        sqlite_log_prepare(walk->db,
                           "SELECT keys, bits, since_ns, until_ns FROM zone JOIN zone_text USING (id)"
                           " WHERE id = ?",
                           &row);
    if (err != ERR_NONE)
        return err;
    (void)sqlite3_bind_int64(row, 1, (int64_t)id);
    int code = sqlite3_step(row);
    err = sqlite_log_err(walk->db, code);
    bool fits = code == SQLITE_ROW && zone_fits(walk, row, id == zone_of(walk->head.anchor_id + 1));
    (void)sqlite3_finalize(row);
    zone_init(&walk->zone);
    walk->zones++;
    if (err == ERR_NONE && !fits)
        return broken(walk, id << ZONE_SHIFT, "the search index of the 256 records from here on was changed");
    return err;
}

static enum err add_to_zone(struct walk *walk, const struct event *event, struct bytes fields)
{
    size_t size = zone_scratch(event, fields);
    if (size > walk->scratch_size) {
        free(walk->scratch);
        walk->scratch_size = size * 2;
        walk->scratch = malloc(walk->scratch_size);
    }
    if (walk->scratch == NULL) {
        walk->scratch_size = 0;
        return ERR_NO_MEMORY;
    }
    zone_add(&walk->zone, event, fields, walk->scratch);
    bool complete = zone_of(event->record_id + 1) != zone_of(event->record_id);
    return complete ? end_zone(walk, zone_of(event->record_id)) : ERR_NONE;
}

static enum err check_row(struct walk *walk, sqlite3_stmt *row)
{
    struct event event;
    struct bytes fields;
    const uint8_t *kept;
    uint8_t hash[DIGEST_SIZE];
    uint64_t id = (uint64_t)sqlite3_column_int64(row, 0);
    if (id < walk->next)
        return broken(walk, id, "the record stands before the oldest that was kept");
    if (id > walk->head.last_id)
        return broken(walk, id, "the record stands behind the last that was written");
    if (id > walk->next)
        return broken(walk, walk->next, "the record was removed");
    if (sqlite_row_read(row, &event, &fields, &kept) != ERR_NONE)
        return broken(walk, id, "the record was changed: it is no event");
    record_hash(walk->hash, &event, fields, hash);
    if (memcmp(hash, kept, DIGEST_SIZE) != 0)
        return broken(walk, id, "the record was changed, or another put in its place");
    memcpy(walk->hash, hash, DIGEST_SIZE);
    walk->next++;
    walk->verdict->count++;
    walk->verdict->last_record_id = id;
    return add_to_zone(walk, &event, fields);
}

static enum err check_rows(struct walk *walk)
{
    sqlite3_stmt *row = NULL;
    int code = SQLITE_DONE;
    enum err err =
        sqlite_log_prepare(walk->db, "SELECT " SQLITE_ROW_COLUMNS " FROM event ORDER BY record_id", &row);
    while (err == ERR_NONE && (code = sqlite3_step(row)) == SQLITE_ROW)
        err = check_row(walk, row);
    if (err == ERR_NONE)
        err = sqlite_log_err(walk->db, code);
    (void)sqlite3_finalize(row);
    return err;
}

static enum err check_end(struct walk *walk)
{
    int64_t zones = 0;
    if (walk->next != walk->head.last_id + 1)
        return broken(walk, walk->next, "the record was removed, and all behind it");
    if (memcmp(walk->hash, walk->head.last_hash, DIGEST_SIZE) != 0)
        return broken(walk, walk->head.last_id, "the record is not the one that was written last");
    enum err err = sqlite_log_number(walk->db, "SELECT count(*) FROM zone", &zones);
    if (err == ERR_NONE && (uint64_t)zones != walk->zones)
        return broken(walk, walk->next, "the search index knows of records that are not there");
    return err;
}

static enum err check_all(struct walk *walk)
{
    bool empty = false;
    enum err err = sqlite_file_check(walk->db, &empty);
    if (err == ERR_NONE && empty)
        err = ERR_MALFORMED;
    if (err == ERR_NONE)
        err = sqlite_log_run(walk->db, "BEGIN");
    if (err == ERR_NONE)
        err = sqlite_chain_load_head(walk->db, &walk->head);
    if (err != ERR_NONE)
        return err;
    walk->next = walk->head.anchor_id + 1;
    memcpy(walk->hash, walk->head.anchor_hash, DIGEST_SIZE);
    zone_init(&walk->zone);
    err = check_rows(walk);
    return err == ERR_NONE ? check_end(walk) : err;
}

enum err sqlite_verify(const char *url, struct event_verdict *ret, const char **ret_problem)
{
    struct event_verdict verdict = {.sound = false};
    struct walk *walk = calloc(1, sizeof *walk);
    *ret_problem = "out of memory";
    if (walk == NULL)
        return ERR_NO_MEMORY;
    walk->verdict = &verdict;
    *ret_problem = "cannot be read";
    enum err err = sqlite_file_connect(url + strlen(SQLITE_LOG_SCHEME), SQLITE_OPEN_READONLY, &walk->db);
    if (err == ERR_NONE)
        err = check_all(walk);
    if (err == ERR_MALFORMED && verdict.problem == NULL)
        *ret_problem = "is not an event log of ntokend";
    else if (err == ERR_MALFORMED)
        err = ERR_NONE;
    verdict.sound = err == ERR_NONE && verdict.problem == NULL;
    memcpy(verdict.last_hash, walk->hash, EVENT_HASH_SIZE);
    (void)sqlite3_close(walk->db);
    free(walk->scratch);
    free(walk);
    if (err == ERR_NONE)
        *ret = verdict;
    return err;
}
