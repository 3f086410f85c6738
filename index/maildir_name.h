#pragma once
/*
 * Maildir file names and the flags in them (https://cr.yp.to/proto/maildir.html): a name is
 * KEY[,P][:2,FLAGS]. The key names a copy of a message for its whole life; ",P" marks a stub (headers
 * only). Pure; any thread.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Flags of a copy, as bits. The IMAP system flags (RFC 9051 §2.3.2) and $Forwarded (Maildir 'P'). */
typedef enum MailFlags {
	MAIL_DRAFT = 1 << 0,   /* D  \Draft */
	MAIL_FLAGGED = 1 << 1, /* F  \Flagged */
	MAIL_PASSED = 1 << 2,  /* P  $Forwarded */
	MAIL_REPLIED = 1 << 3, /* R  \Answered */
	MAIL_SEEN = 1 << 4,    /* S  \Seen */
	MAIL_DELETED = 1 << 5, /* T  \Deleted */
	MAIL_ALL_FLAGS = (1 << 6) - 1,
} MailFlags;

typedef struct MaildirName {
	char *key; /* owned */
	bool partial;
	unsigned flags; /* MailFlags */
	char *other_flags; /* owned; flag letters we do not know (Dovecot's a–z), ASCII order; NULL if none */
} MaildirName;

/* Splits a file name. False if it is no message file (starts with '.', holds '/' or is empty). */
bool maildir_name_parse(const char *file_name, MaildirName *name);
void maildir_name_clear(MaildirName *name);

/* The file name for these parts: in new/ a message without flags carries no ":2," (in_new). The caller owns it. */
char *maildir_name_build(
	const char *key, bool partial, unsigned flags, const char *other_flags, bool in_new);

/* A fresh key: <seconds>.<16 hex>.<host>; host is cleaned of '/' ':' ',' and control characters. */
char *maildir_key_new(int64_t seconds);

/* The letters of the flags in ASCII order, into a buffer of at least 8 bytes. */
void maildir_flags_letters(unsigned flags, char letters[8]);
