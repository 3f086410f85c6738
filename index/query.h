#pragma once
/*
 * Questions to the notmuch index, read-only. Opens the database of a mail root without reading any
 * user's notmuch configuration, closes it when idle, and asks again where a writer's commit got in the
 * way. One object, one thread (a worker; calls block, and are ended by `cancel` between results).
 */
#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Query Query;

typedef struct QueryHit {
	char *message_id; /* notmuch's id */
	char *thread_id;  /* notmuch's own, to group hits as notmuch does */
	int64_t date;     /* Unix seconds as notmuch sorts; 0: unknown */
	char **tags;      /* sorted, NULL-terminated */
	char **files;     /* absolute paths, NULL-terminated; may be stale */
	char *from;       /* as indexed, not clean */
	char *subject;
} QueryHit;

typedef struct QueryCount {
	int64_t messages, threads, unread;
} QueryCount;

/* MAIL_ROOT holds .notmuch (or DATABASE does, if not NULL). The caller owns it. */
Query *query_open(const char *mail_root, const char *database, GError **error);
void query_close(Query *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Query, query_close)

/*
 * Runs the query, newest first, and calls on_hit for each; it returns false to stop. LIMIT 0: all.
 * A hit is borrowed for the call. Searches in date windows, so that the first hits of a broad query come at once.
 */
typedef bool (*QueryOnHit)(const QueryHit *hit, void *data);
bool query_search(Query *query, const char *text, size_t limit, QueryOnHit on_hit, void *data,
	GCancellable *cancel, GError **error);

/* For tests: up to NARROW matches are searched at once, a window aims at HITS. */
void query_set_window(Query *query, size_t narrow, size_t hits);

/* Messages, threads and unread messages that match. */
bool query_count(
	Query *query, const char *text, QueryCount *count, GCancellable *cancel, GError **error);

/* All tags that people have given, in order; of char *. The caller owns it. */
GPtrArray *query_tags(Query *query, GError **error);

/* One message by its id; NULL and INDEX_ERROR_NOT_FOUND. The caller owns the result (query_hit_free). */
QueryHit *query_message(Query *query, const char *message_id, GError **error);
void query_hit_free(QueryHit *hit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QueryHit, query_hit_free)
