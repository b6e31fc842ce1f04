#include "support/log_kind.h"

#include <stdio.h>
#include <unistd.h>

static struct postgres_server server;
static unsigned schemas;

static void make_sqlite(struct folder *folder, char url[POSTGRES_URL_SIZE])
{
    (void)snprintf(url, POSTGRES_URL_SIZE, "sqlite:%s/audit.db", folder->path);
}

static void make_postgres(struct folder *folder, char url[POSTGRES_URL_SIZE])
{
    char schema[32];
    char sql[64];
    (void)folder;
    /* Check may run each test in a process of its own. */
    (void)snprintf(schema, sizeof schema, "log%d_%u", (int)getpid(), schemas++);
    (void)snprintf(sql, sizeof sql, "CREATE SCHEMA %s", schema);
    postgres_server_sql(&server, sql);
    postgres_server_url(&server, schema, url);
}

const struct log_kind log_kinds[LOG_KINDS] = {{"sqlite", make_sqlite}, {"postgres", make_postgres}};

void log_kind_init(void)
{
    postgres_server_make(&server);
    postgres_server_start(&server);
}

void log_kind_done(void)
{
    postgres_server_remove(&server);
}
