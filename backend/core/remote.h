#pragma once
/*
 * The server as the sync core sees it: commands are values, begun in a pipeline and answered in that order. The
 * agent has one over an IMAP session, tests have one in memory; the core knows neither sockets nor the clock.
 * Blocking as its maker is; one thread (the connection thread). Errors as in backend/error.h: ACCOUNT_ERROR_OFFLINE
 * for a cut, _REFUSED and _GONE for what the server says, _CANCELLED.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/wire/imap_lines.h"

typedef enum RemoteVerb {
	REMOTE_NOOP,
	REMOTE_FETCH_HEADERS, /* SET: UID, flags, INTERNALDATE, size, MODSEQ if asked for, the fields of a list */
	REMOTE_FETCH_FLAGS, /* SET: UID and flags; SINCE: only what changed since, with VANISHED under QRESYNC */
	REMOTE_FETCH_LAST,     /* the UID of the newest message */
	REMOTE_FETCH_BODIES,   /* SET: whole messages, to the body handlers */
	REMOTE_FETCH_TOPS,     /* SET: whole headers, for stubs */
	REMOTE_SEARCH,         /* SET: which of these UIDs exist */
	REMOTE_SEARCH_DELETED, /* UIDs of all messages that have \Deleted */
	REMOTE_STORE, /* SET: FLAGS and KEYWORDS are set or, CLEAR, taken away; \Deleted if DELETED */
	REMOTE_COPY,    /* SET to FOLDER */
	REMOTE_MOVE,    /* SET to FOLDER (RFC 6851) */
	REMOTE_EXPUNGE, /* SET (UID EXPUNGE, RFC 4315) */
	REMOTE_EXPUNGE_ALL, /* EXPUNGE: only where a search proved that nobody else's message has \Deleted */
	REMOTE_APPEND, /* FILE (LF lines, sent as CRLF) to FOLDER with FLAGS, KEYWORDS, DATE */
} RemoteVerb;

/* Borrowed for the call of remote_send. */
typedef struct RemoteCommand {
	RemoteVerb verb;
	const char *set;    /* UIDs, as uidset_write makes them */
	const char *folder; /* as the server writes it */
	uint64_t since;     /* MODSEQ; 0: all */
	bool modseq;        /* ask for MODSEQ, too */
	bool clear, deleted;
	unsigned flags;              /* MailFlags */
	const char *const *keywords; /* NULL: none */
	int64_t date;                /* Unix seconds */
	int file; /* descriptor; stays the caller's, who keeps it open until the answer */
} RemoteCommand;

typedef struct Remote Remote;

typedef struct RemoteClass {
	unsigned (*capabilities)(
		const Remote *remote); /* ImapCapability; QRESYNC only where ENABLED named it */
	/* LIST of all folders, to on_folder; *with_status: their STATUS came with it, to on_status. */
	bool (*list)(Remote *remote, bool *with_status, GError **error);
	/* STATUS of FOLDERS (NULL-terminated), many in one flight; one that is refused says nothing. */
	bool (*status)(Remote *remote, const char *const *folders, GError **error);
	/* EXAMINE or, WRITING, SELECT. Nothing may be under way. */
	bool (*select)(Remote *remote, const char *folder, bool writing, ImapSelected *selected,
		GError **error);
	bool (*send)(Remote *remote, const RemoteCommand *command, GError **error);
	/* Calls the handlers until one command is done. MESSAGES: how many those under way asked for. */
	bool (*read)(Remote *remote, uint64_t messages, ImapDone *done, GError **error);
	void (*hear)(Remote *remote, const ImapHandlers *handlers, void *data);
	bool (*is_usable)(const Remote *remote); /* nothing is under way and the session works */
	void (*close)(Remote *remote);
} RemoteClass;

/* Embedded at the begin of an implementation. */
struct Remote {
	const RemoteClass *class;
};

unsigned remote_capabilities(const Remote *remote);
bool remote_list(Remote *remote, bool *with_status, GError **error);
bool remote_status(Remote *remote, const char *const *folders, GError **error);
bool remote_select(
	Remote *remote, const char *folder, bool writing, ImapSelected *selected, GError **error);
bool remote_send(Remote *remote, const RemoteCommand *command, GError **error);
bool remote_read(Remote *remote, uint64_t messages, ImapDone *done, GError **error);
void remote_hear(Remote *remote, const ImapHandlers *handlers, void *data);
bool remote_is_usable(const Remote *remote);
void remote_close(Remote *remote);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Remote, remote_close)

/* Sends one command and reads its answer; a result other than OK is an error. DONE may be NULL. */
bool remote_command(Remote *remote, const RemoteCommand *command, ImapDone *done, GError **error);
