#include "eventlog/sqlite_log.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { APPLICATION = 0x4e54444b /* "NTDK" */, SCHEMA = 1, BUSY_MS = 2000, WAIT_STEP_MS = 10 };

static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE event(record_id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, time_ns INTEGER NOT NULL,"
    " event_id INTEGER NOT NULL, version INTEGER NOT NULL, task INTEGER NOT NULL, success INTEGER NOT NULL,"
    " process_id INTEGER NOT NULL, thread_id INTEGER NOT NULL, subject_sid TEXT, subject_name TEXT, object_name TEXT,"
    " session TEXT, fields BLOB NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE TABLE zone(id INTEGER PRIMARY KEY, since_ns INTEGER NOT NULL, until_ns INTEGER NOT NULL, keys BLOB NOT NULL) STRICT;"
    "CREATE TABLE zone_text(id INTEGER PRIMARY KEY, bits BLOB NOT NULL) STRICT;"
    "CREATE TABLE head(id INTEGER PRIMARY KEY CHECK (id = 1), anchor_id INTEGER NOT NULL, anchor_hash BLOB NOT NULL,"
    " last_id INTEGER NOT NULL, last_hash BLOB NOT NULL, probe INTEGER NOT NULL) STRICT;"
    "INSERT INTO head VALUES (1, 0, zeroblob(32), 0, zeroblob(32), 0);"
    "PRAGMA application_id = 1314145355;"
    "PRAGMA user_version = 1;"
    "COMMIT;";

static enum err configure(sqlite3 *db)
{
    /* Nothing in the file may run code of its own, and a page that was damaged is refused. */
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_extended_result_codes(db, 1);
    (void)sqlite3_busy_timeout(db, BUSY_MS);
    return sqlite_log_run(
        db, "PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384; PRAGMA synchronous = FULL");
}

enum err sqlite_file_connect(const char *path, int flags, sqlite3 **ret)
{
    sqlite3 *db = NULL;
    int code = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    enum err err = sqlite_log_err(db, code);
    if (err == ERR_NONE)
        err = configure(db);
    if (err == ERR_NONE)
        *ret = db;
    else
        (void)sqlite3_close(db);
    return err;
}

enum err sqlite_file_check(sqlite3 *db, bool *ret_empty)
{
    int64_t application = 0;
    int64_t version = 0;
    int64_t tables = 0;
    enum err err = sqlite_log_number(db, "SELECT count(*) FROM sqlite_schema", &tables);
    if (err == ERR_NONE)
        err = sqlite_log_number(db, "PRAGMA application_id", &application);
    if (err == ERR_NONE)
        err = sqlite_log_number(db, "PRAGMA user_version", &version);
    if (err != ERR_NONE)
        return err;
    *ret_empty = tables == 0 && application == 0 && version == 0;
    return *ret_empty || (application == APPLICATION && version == SCHEMA) ? ERR_NONE : ERR_MALFORMED;
}

/* A file that is only the owner's, whatever the umask; its name is as durable as its content. */
static enum err create(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return access(path, R_OK | W_OK) == 0 ? ERR_NONE : ERR_IO;
    enum err err = fsync(file) == 0 ? ERR_NONE : ERR_IO;
    (void)close(file);
    char *copy = strdup(path);
    if (copy == NULL)
        return ERR_NO_MEMORY;
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || fsync(folder) != 0)
        err = ERR_IO;
    if (folder >= 0)
        (void)close(folder);
    free(copy);
    return err;
}

/* Not on the database itself: closing it would drop the locks that SQLite holds there. */
static enum err lock(struct sqlite_log *log, struct arena *arena, const char **ret_problem)
{
    const char *path = arena_printf(arena, "%s-lock", log->path);
    if (path == NULL)
        return ERR_NO_MEMORY;
    *ret_problem = "cannot be created or opened";
    log->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (log->lock < 0)
        return ERR_IO;
    *ret_problem = "is written by another process already";
    const struct timespec pause = {.tv_nsec = (long)WAIT_STEP_MS * 1000000};
    for (unsigned waited = 0; flock(log->lock, LOCK_EX | LOCK_NB) != 0; waited += WAIT_STEP_MS) {
        if (waited >= log->wait_ms)
            return ERR_IO;
        (void)nanosleep(&pause, NULL);
    }
    return ERR_NONE;
}

static enum err prepare(struct sqlite_log *log)
{
    bool empty = false;
    enum err err = sqlite_file_check(log->db, &empty);
    if (err == ERR_NONE)
        err = sqlite_log_run(log->db, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 1000");
    if (err == ERR_NONE && empty)
        err = sqlite_log_run(log->db, schema);
    if (err == ERR_NONE)
        err = sqlite_log_prepare(log->db,
                                 "INSERT INTO event(" SQLITE_ROW_COLUMNS ")"
                                 " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(uuid) DO NOTHING",
                                 &log->insert);
    log->stale = true;
    return err == ERR_NONE ? sqlite_chain_refresh(log) : err;
}

enum err sqlite_file_open(struct sqlite_log *log, struct arena *arena, const char **ret_problem)
{
    log->lock = -1;
    enum err err = lock(log, arena, ret_problem);
    if (err != ERR_NONE)
        return err;
    *ret_problem = "cannot be created or opened";
    err = create(log->path);
    if (err == ERR_NONE)
        err = sqlite_file_connect(log->path, SQLITE_OPEN_READWRITE, &log->db);
    if (err == ERR_NONE)
        err = prepare(log);
    if (err == ERR_MALFORMED)
        *ret_problem = "is not an event log of ntokend";
    else if (err == ERR_TOO_LARGE)
        err = ERR_IO;
    return err;
}

void sqlite_file_close(struct sqlite_log *log)
{
    (void)sqlite3_finalize(log->insert);
    for (size_t i = 0; i < SQLITE_LOG_READERS; i++)
        (void)sqlite3_close(log->readers[i]);
    (void)sqlite3_close(log->db);
    if (log->lock >= 0)
        (void)close(log->lock);
}

bool sqlite_file_stands(struct sqlite_log *log, bool written)
{
    struct stat wal;
    int moved = 1;
    if (sqlite3_file_control(log->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || moved != 0)
        return false;
    if (!written && log->wal_inode == 0)
        return true;
    /* beside the file itself, where log->path is a link */
    if (stat(sqlite3_filename_wal(sqlite3_db_filename(log->db, "main")), &wal) != 0)
        return false;
    if (log->wal_inode == 0) {
        log->wal_device = wal.st_dev;
        log->wal_inode = wal.st_ino;
    }
    return wal.st_dev == log->wal_device && wal.st_ino == log->wal_inode;
}

static enum err try_folder(const char *path, const char **ret_problem)
{
    char *copy = strdup(path);
    *ret_problem = "out of memory";
    if (copy == NULL)
        return ERR_NO_MEMORY;
    *ret_problem =
        "is in a folder where no file can be created; let the service's user write there, or name another";
    enum err err = access(dirname(copy), W_OK | X_OK) == 0 ? ERR_NONE : ERR_IO;
    free(copy);
    return err;
}

enum err sqlite_file_try(const char *url, const char **ret_problem)
{
    const char *path = url + strlen(SQLITE_LOG_SCHEME);
    sqlite3 *db = NULL;
    bool empty = false;
    *ret_problem = "names no file; write sqlite:FILE";
    if (*path == 0)
        return ERR_INVALID_PARAMETER;
    if (access(path, F_OK) != 0)
        return try_folder(path, ret_problem);
    *ret_problem = "cannot be read and written; give it to the service's user";
    if (access(path, R_OK | W_OK) != 0)
        return ERR_IO;
    enum err err = sqlite_file_connect(path, SQLITE_OPEN_READONLY, &db);
    if (err == ERR_NONE)
        err = sqlite_file_check(db, &empty);
    if (err == ERR_MALFORMED)
        *ret_problem = "is not an event log of ntokend; name another file";
    (void)sqlite3_close(db);
    return err;
}
