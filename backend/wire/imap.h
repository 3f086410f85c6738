#pragma once
/*
 * An IMAP session (RFC 3501, 9051): commands pipelined by our own sender, answers read by one bounded
 * reader of logical lines and parsed by libetpan on closed buffers. Nothing of libetpan shows here.
 * Blocking; one connection thread. A broken limit or grammar that matters ends the session
 * (ACCOUNT_ERROR_REFUSED, "…: protocol error: …"); one line that cannot be read costs one message.
 */
#include <stdbool.h>
#include <stdint.h>

#include "backend/wire/connection.h"

typedef enum ImapCapability {
	IMAP_UIDPLUS = 1 << 0,
	IMAP_MOVE = 1 << 1,
	IMAP_CONDSTORE = 1 << 2,
	IMAP_QRESYNC = 1 << 3,
	IMAP_LIST_STATUS = 1 << 4,
	IMAP_SPECIAL_USE = 1 << 5,
	IMAP_LITERAL_PLUS = 1 << 6,
	IMAP_LITERAL_MINUS = 1 << 7,
	IMAP_SASL_IR = 1 << 8,
	IMAP_AUTH_PLAIN = 1 << 9,
	IMAP_LOGINDISABLED = 1 << 10,
	IMAP_STARTTLS = 1 << 11,
	IMAP_IDLE = 1 << 12,
	IMAP_ENABLE = 1 << 13,
	IMAP_ESEARCH = 1 << 14,
	IMAP_NAMESPACE = 1 << 15,
	IMAP_ID = 1 << 16,
	IMAP_LIST_EXTENDED = 1 << 17,
	IMAP_UTF8_ACCEPT = 1 << 18,
	IMAP_OBJECTID = 1 << 19,
	IMAP_UNSELECT = 1 << 20,
} ImapCapability;

/* One untagged FETCH. Borrowed for the call. */
typedef struct ImapFetch {
	uint32_t sequence, uid; /* uid 0: the line had none */
	bool has_flags;
	unsigned flags;              /* MailFlags */
	const char *const *keywords; /* NULL-terminated; never NULL when has_flags */
	bool has_internal_date;
	int64_t internal_date; /* Unix seconds */
	bool has_size;
	uint32_t size;      /* RFC822.SIZE: a hint only */
	uint64_t modseq;    /* 0: none */
	const char *header; /* BODY[HEADER…] as received (CRLF); NULL: none */
	size_t header_length;
	bool has_body;      /* a BODY[] literal went whole to the body sink just before this call */
	uint64_t body_size; /* bytes of it on the wire */
} ImapFetch;

typedef struct ImapFolder {
	const char *name; /* as the server writes it (modified UTF-7 or UTF-8), no NUL */
	char delimiter;   /* 0: none */
	bool no_select, non_existent, no_inferiors;
	int role; /* FolderRole by SPECIAL-USE, ROLE_NONE else; INBOX by name */
} ImapFolder;

typedef struct ImapStatus {
	const char *name;
	bool has_messages, has_unseen, has_uidnext, has_uidvalidity, has_modseq;
	uint32_t messages, unseen, uidnext, uidvalidity;
	uint64_t modseq; /* HIGHESTMODSEQ */
} ImapStatus;

/* Called while lines are read; any may be NULL. Return false to end the session with an error. */
typedef struct ImapHandlers {
	bool (*on_fetch)(const ImapFetch *fetch, void *data);
	bool (*on_folder)(const ImapFolder *folder, void *data);
	bool (*on_status)(const ImapStatus *status, void *data);
	/* An answer must stay under 1 MB: ask for windows of at most 80,000 UIDs. */
	bool (*on_search)(const uint32_t *numbers, size_t count, void *data);
	/* The literal of a BODY[] item: begin, data (pieces, CRLF as sent), end. on_fetch of the same line follows.
	 * If the line then proves bad, or the session ends inside it, body_drop is called instead of on_fetch. */
	bool (*body_begin)(uint64_t size, void *data);
	bool (*body_data)(const char *bytes, size_t size, void *data);
	bool (*body_end)(void *data);
	void (*body_drop)(void *data);
} ImapHandlers;

typedef struct ImapSession ImapSession;

/*
 * Takes CONNECTION over; reads the greeting; STARTTLS first if the server's security says so; reads
 * capabilities (again after TLS and after login). PREAUTH before TLS, BYE and garbage are refused.
 */
ImapSession *imap_open(Connection *connection, const Server *server, GError **error);
void imap_close(ImapSession *session); /* LOGOUT is sent, its answer not waited for */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapSession, imap_close)

/* SASL PLAIN with initial response, else LOGIN. ACCOUNT_ERROR_AUTH with the server's words. */
bool imap_login(ImapSession *session, const char *user, const char *secret, GError **error);

unsigned imap_capabilities(const ImapSession *session); /* ImapCapability */

void imap_set_handlers(ImapSession *session, const ImapHandlers *handlers, void *data);

/* Told of each line that is left out, whoever hears the others: WHY holds nothing of the server's. */
typedef void (*ImapOnSkipped)(const char *why, void *data);
void imap_set_on_skipped(ImapSession *session, ImapOnSkipped on_skipped, void *data);

/* The answer to a command. */
typedef enum ImapResult { IMAP_OK, IMAP_NO, IMAP_BAD } ImapResult;
typedef struct ImapDone {
	unsigned tag;
	ImapResult result;
	char *code; /* "READ-ONLY", "NONEXISTENT" …: the response code's word and arguments; NULL: none */
	char *text; /* the server's words, NOT clean */
} ImapDone;
void imap_done_clear(ImapDone *done);

/*
 * Puts a command into the pipeline and returns its tag; 0 and an error if an argument holds what may not
 * be sent. FORMAT is an ASCII command text in which %s stands for an astring (quoted, or a literal with
 * LITERAL+ where needed; CR, LF and NUL are refused) and %a for text sent as it is (sets, flag lists:
 * checked to hold no CR, LF, NUL). Nothing is waited for; written at the next imap_read.
 */
unsigned imap_send(ImapSession *session, GError **error, const char *format, ...);

/*
 * Reads lines and calls the handlers until one command is done. Commands end in the order of their tags.
 * MESSAGES: how many messages the commands under way asked for (the flood limit is 200,000 + 2 × that).
 */
bool imap_read(ImapSession *session, uint64_t messages, ImapDone *done, GError **error);

/*
 * The error of an answer that is no OK, for WHAT (a folder, the host): ACCOUNT_ERROR_GONE or _OFFLINE (the server
 * cannot now: throttled, too busy) by its code or words, else _REFUSED.
 */
void imap_refused(const ImapDone *done, const char *what, GError **error);

/* send + read for one command; result other than OK becomes ACCOUNT_ERROR_REFUSED "…: the server says: …". */
bool imap_command(ImapSession *session, GError **error, const char *format, ...);

/* EXAMINE (never SELECT here: reading changes nothing). */
typedef struct ImapSelected {
	uint32_t exists, uidnext, uidvalidity;
	uint64_t modseq;          /* 0: no CONDSTORE for this folder */
	unsigned permanent_flags; /* MailFlags */
	bool keywords_allowed;    /* PERMANENTFLAGS has \* */
} ImapSelected;
bool imap_examine(ImapSession *session, const char *folder, ImapSelected *selected, GError **error);

/* No command is under way and the session works; … and the server said nothing since. Never waits. */
bool imap_is_usable(const ImapSession *session);
bool imap_is_quiet(const ImapSession *session);

/* Modified UTF-7 (RFC 3501 §5.1.3) both ways; NULL if the name is malformed. The caller owns the result. */
char *imap_name_decode(const char *name);
char *imap_name_encode(const char *name);
