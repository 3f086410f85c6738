#pragma once
/*
 * What an IMAP server says, as values (RFC 9051): lines, answers, what it can. No socket, and nothing of libetpan. Any
 * thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

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
	/* VANISHED (RFC 7162 §3.2.10): none of FIRST to LAST exists. */
	bool (*on_vanished)(uint32_t first, uint32_t last, void *data);
	/* An answer must stay under 1 MB: ask for windows of at most 80,000 UIDs. */
	bool (*on_search)(const uint32_t *numbers, size_t count, void *data);
	/* The literal of a BODY[] item: begin, data (pieces, CRLF as sent), end. on_fetch of the same line follows.
	 * If the line then proves bad, or the session ends inside it, body_drop is called instead of on_fetch. */
	bool (*body_begin)(uint64_t size, void *data);
	bool (*body_data)(const char *bytes, size_t size, void *data);
	bool (*body_end)(void *data);
	void (*body_drop)(void *data);
} ImapHandlers;

/* The answer to a command. */
typedef enum ImapResult { IMAP_OK, IMAP_NO, IMAP_BAD } ImapResult;
typedef struct ImapDone {
	unsigned tag;
	ImapResult result;
	char *code; /* "READ-ONLY", "NONEXISTENT" …: the response code's word and arguments; NULL: none */
	char *text; /* the server's words, NOT clean */
	/*
	 * COPYUID and APPENDUID (RFC 4315 §3), wherever the server said it while the command was under way: UIDs in the
	 * order of both lists, of uint32_t. NULL: not told, malformed, of unequal length, or with a 0 in it. FROM is NULL
	 * for APPENDUID.
	 */
	uint32_t uidvalidity;
	GArray *from, *to;
} ImapDone;

typedef struct ImapSelected {
	uint32_t exists, uidnext, uidvalidity;
	uint64_t modseq;          /* 0: no CONDSTORE for this folder */
	unsigned permanent_flags; /* MailFlags */
	bool read_only;           /* of SELECT: nothing may be changed */
	bool keywords_allowed;    /* PERMANENTFLAGS has \* */
} ImapSelected;
/* The server's words for MailFlags (RFC 9051 §2.3.2), ended by one without a word. */
typedef struct ImapFlagWord {
	const char *word;
	unsigned flag;
} ImapFlagWord;
extern const ImapFlagWord imap_flag_words[];

void imap_done_clear(ImapDone *done);

/*
 * The error of an answer that is no OK, for WHAT (a folder, the host): ACCOUNT_ERROR_GONE or _OFFLINE (the server
 * cannot now: throttled, too busy) by its code or words, else _REFUSED.
 */
void imap_refused(const ImapDone *done, const char *what, GError **error);

/* The server's words as they may stand in a sentence, the caller's; the error CODE with the server's words; and whether
 * an answer's code says "not now". */
char *imap_server_words(const char *text);
void imap_set_refused(const ImapDone *done, int code, const char *what, GError **error);
bool imap_has_code_for_later(const ImapDone *done);

/* Modified UTF-7 (RFC 3501 §5.1.3) both ways; NULL if the name is malformed. The caller owns the result. */
char *imap_name_decode(const char *name);
char *imap_name_encode(const char *name);
