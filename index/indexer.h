#pragma once
/*
 * The indexer's protocol and its client. curlew-index is one process a profile, the only writer of the
 * notmuch database and of index.db. It holds index.lock and listens on index.socket in the state
 * directory; any agent that finds no holder of the lock starts it; it leaves 10 s after its last client.
 *
 * JSON lines ≤ 1 MB:
 *   {"id":1,"do":"hello","protocol":1,"build":TEXT,"mail_root":PATH,"database":PATH or none}
 *        → {"id":1,"ok":true,"protocol":1,"build":TEXT,"generation":TEXT}   build: index/build_id.h of
 *        curlew-index; generation: changes whenever the index was begun anew. An indexer that is of another
 *        protocol, build, mail root or database finishes the batch under way, refuses ("outdated") and leaves;
 *        so does one that cannot work, as when the mail root's disk is not mounted ("failed").
 *   {"id":2,"do":"batch","account":A,"idle":false,"items":[ITEM…]}   ≤ 500 items; a batch is one lock of the database
 *        → {"id":2,"ok":true,"skipped":[{"key","file","why"}],"tags":[{"key","tags":[…]}]}
 *        sent when the batch is durable in the index; "skipped" names mails that cannot be searched
 *        (poison, or no mail by notmuch's rules); "tags" are those of adopted copies that have some. Idle batches wait behind all others; an item that
 *        passes them in another batch of the account is written into theirs, so they bring nothing old back.
 *   ITEM: {"act":"put","key":K,"file":PATH,"flags":BITS,"tags":[…]}  this copy is in PATH (below the mail
 *            root) with these flags and user tags. A file known under another path is renamed in the index.
 *         {"act":"adopt","key":K,"file":PATH,"flags":BITS}   a put by an agent that lost what it knew: the copy keeps
 *            the user tags that it is known with here (where it is not: those of its message), and the answer names them
 *         {"act":"remove","key":K}                    the copy is gone
 *         {"act":"flags","key":K,"flags":BITS,"tags":[…]}   only flags or tags changed
 *   {"id":3,"do":"rebuild"} → {"id":3,"ok":true}  throws the index away; every agent must hand in all files again
 *   {"id":4,"do":"changed","account":A,"since":REVISION} → {"id":4,"ok":true,"revision":N,"changes":
 *        [{"change":N,"key":K,"message":ID,"add":[…],"remove":[…]}]}  tag changes made by other programs, until
 *   {"id":5,"do":"stored","account":A,"changes":[N…]} → {"id":5,"ok":true}
 *   {"id":6,"do":"status"} → {"id":6,"ok":true,"messages":N,"held":N,"poison":[{"key","file","why"}],
 *        "poison_total":N}   held: messages whose tags another program changed in such numbers that nobody was
 *        told; poison: mails that are skipped because an indexer died over them, at most 200 of the total. A
 *        death that raised the total was progress: the batch it was in comes further the next time.
 *   {"id":7,"do":"held","take":BOOL} → {"id":7,"ok":true}   tells the agents of these now, or takes them back
 *   {"id":8,"do":"known","account":A,"after":KEY} → {"id":8,"ok":true,"keys":[K…]}   of its copies that the index knows the
 *        next 500 behind KEY in the order of bytes ("": the first); none: that was all
 *   {"event":"waits","waits":BOOL}  to all: another program has held notmuch's lock for a second, so that batches
 *        wait (told again every five), or does no more
 * When the index is begun anew ("rebuild", or it was lost) every connection ends, to be opened again.
 *   refusals: {"id":N,"ok":false,"code":"usage|full|failed|outdated","error":"a sentence"}
 *
 * "unread", "flagged", "replied", "draft", "passed" are computed from the flags of all copies: unread iff
 * no copy is seen, the others iff any copy has the flag. "attachment", "signed", "encrypted" are notmuch's.
 */
#include <gio/gio.h>
#include <stdbool.h>

#include "index/json.h"

enum { INDEXER_PROTOCOL = 1, INDEXER_BATCH_LIMIT = 500 };

/*
 * A client with a blocking connection. One object, one thread (a worker of the agent; the command line).
 * Starts curlew-index if nobody answers and retries for some seconds.
 */
typedef struct Indexer Indexer;

typedef struct IndexerPlace {
	const char *mail_root; /* absolute */
	const char *state;     /* the state directory */
	const char *program;   /* path of curlew-index */
	const char *database;  /* an adopted notmuch database's path, or NULL: mail_root */
} IndexerPlace;

/*
 * Connects, starting the indexer if need be. INDEX_ERROR_FAILED: it cannot work, and says why. The texts of
 * PLACE are borrowed for the call.
 */
Indexer *indexer_open(const IndexerPlace *place, GCancellable *cancel, GError **error);
void indexer_close(Indexer *indexer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Indexer, indexer_close)

/* STATE/index.lock (index/process_lock.h). The caller owns it. */
char *indexer_lock_path(const char *state);

/* ON_WAITS is called, within calls that wait for an answer, when the indexer says that batches wait for another
 * program's lock, or no more. */
void indexer_hear_waits(Indexer *indexer, void (*on_waits)(bool waits, void *data), void *data);

/* "generation" of the hello. Belongs to INDEXER. */
const char *indexer_generation(const Indexer *indexer);

/*
 * Asks one question ("id" is added) and waits for its answer; an answer of "ok":false becomes an error.
 * If the connection is lost: INDEX_ERROR_MISSING; open again (the next one starts a new indexer and
 * replays). Takes nothing over; the caller owns the answer.
 */
JsonObject *indexer_ask(
	Indexer *indexer, JsonObject *question, GCancellable *cancel, GError **error);

/*
 * The two halves of it, for batches, so that the indexer never waits for the next one. Send returns the question's
 * number, 0 on error; answers must be received in the order in which they come: that of the questions, as
 * long as these are batches of one priority and nothing else is asked meanwhile.
 */
int64_t indexer_send(Indexer *indexer, JsonObject *question, GCancellable *cancel, GError **error);
JsonObject *indexer_receive(Indexer *indexer, int64_t id, GCancellable *cancel, GError **error);
