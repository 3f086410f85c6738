#pragma once
/*
 * The one face of an account for those above: tell its agent, hear its events. Also the agent protocol,
 * documented here and nowhere else. The agent (curlew-agent, one process an account) holds
 * ACCOUNT/lock, listens on ACCOUNT/socket, and alone writes the account's store.
 *
 * Lines: one JSON object each, ≤ 1 MB, unknown members ignored. Message bytes never travel here, only
 * paths below the mail root. A client that leaves 4 MB unread is dropped.
 *   first line both ways:
 *   {"id":0,"do":"hello","protocol":1,"build":TEXT,"watch":BOOL,"trace":PATH?}
 *     → {"id":0,"ok":true,"protocol":1,"build":TEXT,"pid":N,"account":A}      on another protocol or build
 *       {"id":0,"ok":false,"code":"usage",…} and the older agent ends its transaction and leaves;
 *       so does one whose config file has changed since
 *   {"id":N,"do":"status"} → "state","why","folders":N,"messages":N,"bodies_missing":N,"index_queue":N,"not_searchable":N,
 *       "pending":N,"refused":N   messages of which the server is still to be told something; of these, refused
 *   {"id":N,"do":"sync"} → ok when the round has begun; then events; the last one is "done"
 *   {"id":N,"do":"fetch","key":K} → ok when the body is durable: "file":PATH; ahead of all other bodies. Meanwhile
 *       "progress" tells of it, with that key
 *   {"id":N,"do":"secret","what":"password","value":TEXT} → answers a "need"; never logged, never traced
 *   {"id":N,"do":"cancel"} → ends the running round at the next safe point; one that another client asked for
 *       too goes on, and who cancelled hears "done" (cancelled) alone. A round not begun yet is answered "cancelled".
 *   {"id":N,"do":"cancel","key":K} → each fetch of K by this client is answered "cancelled", if it is not answered
 *       yet; what is coming of it is dropped, at the cost of the connection. Rounds go on.
 *   {"id":N,"do":"rebuild","what":"index"} → every file is queued for the index again
 *   {"id":N,"do":"rebuild","what":"state"} → "waits":N   the agent leaves, and the next one makes state.db anew from the files,
 *       which are named by what was done so far, and from the index (settle first: else the newest tags are lost);
 *       what waits for the server, of so many messages, is asked about when their folders are read
 *   {"id":N,"do":"accept","folder":NAME} → a folder that is held because the server numbered it anew and has little of
 *       its mail is matched as it is by the next sync
 *   {"id":N,"do":"quit"} → ends the transaction under way and leaves
 *   Deeds: {"id":N,"do":VERB,"deed":D,"keys":[K…],…} with at most 1,000 keys; D is made by who asks, sorts by time,
 *       and is one for all lines (and accounts) of what the user sees as one deed. Without it nothing takes the deed
 *       back, and "undo" passes over it (not of move and copy). ok: durable here.
 *   {…,"do":"flag","set":[FLAG…],"clear":[FLAG…]}   seen flagged answered draft forwarded; every copy in this account
 *   {…,"do":"tag","add":[T…],"remove":[T…]}         every copy in this account; both may have the other's members
 *   {…,"do":"move"|"copy","folder":NAME} or "role":"archive|junk|trash|inbox|…"
 *       … "account":A   FOLDER is of another account: its agent takes the message in (adopt), here it goes to Trash at
 *       once, on the server when the other account's has it. ok: durable in both, but for what is not downloaded yet: that is
 *       fetched first and given then. What the server has nowhere and is not here is kept.
 *   {…,"do":"delete"}   to Trash; "purge":true: for ever, and only of what is in Trash or Junk
 *   {"id":N,"do":"undo","deed":D?,"redo":BOOL?}   without "deed": the newest
 *     → "deed":D,"done":N,"gone":N,"kept":N; and "changed" goes to all. Nothing to undo: code "gone"
 *   {"id":N,"do":"deeds"} → "newest":D or null, "undone":D or null,"undone_since":N   what is undone, and done again, next, and
 *       since when the latter is undone (microseconds, Unix time)
 *   {"id":N,"do":"settle"} → ok when the files are named by what was done so far, and the index queue is empty
 *   {"id":N,"do":"retry"|"drop","keys":[K…]?} → "done":N   what the server refused: again, or never
 *   {"id":N,"do":"adopt","deed":D,"folder":F,"mails":[{"key":K,"file":PATH,"flags":[…],"tags":[…]}…]}   at most 1,000,
 *       of another account's agent: copies of these files, under these keys, are a part of deed D here; asked again: once
 *   send folder search rules: refused with "usage" until they exist
 * Answers: {"id":N,"ok":true,…} or {"id":N,"ok":false,"code":WORD,"error":"a sentence"} (words: error.h).
 * Events (to every client):
 *   {"event":"state","account":A,"state":"starting|connecting|syncing|idle|offline|stopped","why":TEXT?,"encrypted":BOOL?,"next_try":SECONDS?}
 *   {"event":"progress","account":A,"folder":F,"phase":"headers|bodies|index|push","done":N,"total":N,"rate":PER_SECOND}
 *   {"event":"progress","account":A,"key":K,"phase":"body","done":BYTES,"total":BYTES}   of a body that was asked for
 *   {"event":"index","account":A,"waits":BOOL}          another program holds the index: what is new waits; or no more
 *   {"event":"changed","account":A,"folders":[F…]}      rows, flags or counters of these changed
 *   {"event":"need","account":A,"what":"password"}      somebody must answer with "secret"
 *   {"event":"error","account":A,"code":WORD,"error":"what failed, why, what now","folder":F?}
 *   {"event":"done","account":A,"ok":BOOL,"new":N,"changed":N,"removed":N,"error":TEXT|null,"code":WORD?}
 *        the end of a round that somebody asked for: all of it durable, and the index queue empty
 */
#include <stdbool.h>

#include "backend/config.h"
#include "index/json.h"

enum { AGENT_PROTOCOL = 1, AGENT_BACKLOG_LIMIT = 4 << 20 };
enum { AGENT_KEYS_MOST = 1000 }; /* of one line that is a deed */

typedef struct Account Account;

typedef enum AccountStart {
	ACCOUNT_ATTACH, /* only if an agent runs; else ACCOUNT_ERROR_OFFLINE */
	ACCOUNT_START, /* start one if none runs (10 s to answer), once again if it dies mid-question */
} AccountStart;

/* Both are called on the main context of account_open. The object is borrowed for the call. */
typedef void (*AccountOnEvent)(Account *account, JsonObject *event, void *data);
/* ANSWER is NULL if the agent was lost: then ERROR says so. */
typedef void (*AccountOnAnswer)(
	Account *account, JsonObject *answer, const GError *error, void *data);

typedef struct AccountOptions {
	AccountStart start;
	bool watch;        /* ask the agent to stay and keep watching the server */
	const char *trace; /* path for the protocol trace, or NULL */
	AccountOnEvent on_event;
	void *data;
} AccountOptions;

/*
 * A client of the agent of this account. Never blocks: connects and starts on the calling thread's
 * default main context; questions asked before the connection stands wait for it. CONFIG must outlive it.
 */
Account *account_open(
	const AccountConfig *config, const char *config_path, const AccountOptions *options);
void account_close(Account *account); /* pending answers are dropped, not called */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Account, account_close)

/* Asks ("id" is set here); QUESTION is taken over. ON_ANSWER may be NULL. */
void account_ask(Account *account, JsonObject *question, AccountOnAnswer on_answer, void *data);

bool account_is_attached(const Account *account); /* an agent answers now */

/* A question of this kind, to add members to: account_question("fetch"). The caller owns it. */
JsonObject *account_question(const char *verb);
