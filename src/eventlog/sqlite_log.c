#include "eventlog/sqlite_log.h"

#include <errno.h>

enum err sqlite_log_err(sqlite3 *db, int code)
{
    /* A write past a quota or a file's largest size; SQLite itself does not keep the number then. */
    int recorded = db == NULL ? 0 : sqlite3_system_errno(db);
    int number = recorded == 0 ? errno : recorded;
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ERR_NONE;
    case SQLITE_NOMEM:
        return ERR_NO_MEMORY;
    case SQLITE_FULL:
        return ERR_TOO_LARGE;
    case SQLITE_NOTADB:
        return ERR_MALFORMED;
    case SQLITE_IOERR:
        return number == ENOSPC || number == EDQUOT || number == EFBIG ? ERR_TOO_LARGE : ERR_IO;
    default:
        return ERR_IO;
    }
}

enum err sqlite_log_run(sqlite3 *db, const char *sql)
{
    return sqlite_log_err(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

enum err sqlite_log_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret)
{
    return sqlite_log_err(db, sqlite3_prepare_v2(db, sql, -1, ret, NULL));
}

enum err sqlite_log_number(sqlite3 *db, const char *sql, int64_t *ret)
{
    sqlite3_stmt *statement = NULL;
    enum err err = sqlite_log_prepare(db, sql, &statement);
    if (err != ERR_NONE)
        return err;
    int code = sqlite3_step(statement);
    int64_t number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    err = sqlite_log_err(db, code);
    (void)sqlite3_finalize(statement);
    if (err == ERR_NONE)
        *ret = number;
    return err;
}

enum err sqlite_log_end(struct sqlite_log *log, enum err err)
{
    if (err == ERR_NONE)
        err = sqlite_log_run(log->db, "COMMIT");
    if (err == ERR_NONE)
        return ERR_NONE;
    log->stale = true;
    if (sqlite3_get_autocommit(log->db) == 0)
        (void)sqlite3_exec(log->db, "ROLLBACK", NULL, NULL, NULL);
    return err;
}
