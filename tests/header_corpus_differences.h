#pragma once
/*
 * Where header_corpus_test allows our reading of a mail to differ, and why. A number is that of a
 * fault of GMime 3.2.13 in the corpus' README; the rest are leniencies: we read more than the other.
 */
#include <stdbool.h>
#include <stddef.h>

typedef enum Field { SUBJECT, FROM_NAME, FROM_ADDR, DATE, FIELD_COUNT } Field;

static const char *const field_names[FIELD_COUNT] = { "subject", "name", "address", "date" };

typedef enum Reason {
	PADDED_WORDS,       /* 1: padded words side by side lose all but the first */
	RAW_TEXT,           /* 5: raw 8-bit text is guessed as Latin-1 */
	ZONE,               /* 6: the time or its zone is misread */
	SECOND_FIELD,       /* 8: of two fields we take the first */
	INVALID_BYTE,       /* an invalid byte is U+FFFD for us, '?' for GMime */
	NO_BRACKETS,        /* leniency: a name and an address without brackets */
	BLANK_BEFORE_COLON, /* leniency: a blank before the colon */
	ONLY_DAY,           /* leniency: a broken time leaves the day */
	LOCAL_NAME,         /* leniency: the comment behind a local name is its name */
	REFUSED,            /* leniency: an address that is none is shown as it is written */
	SPECIALS_IN_WORD,   /* leniency: an encoded word that holds ':' or ')' */
	WINDOWS_1252,       /* leniency: what is called iso-8859-1 is windows-1252 */
} Reason;

typedef struct Difference {
	const char *file;
	Field field;
	Reason reason;
	bool seen; /* by the test: a row that nothing needs is stale */
} Difference;

static const Difference expected_differences[] = {
	{ "jwz/001.eml", FROM_NAME, LOCAL_NAME, false },
	{ "jwz/055.eml", FROM_NAME, LOCAL_NAME, false },
	{ "jwz/099.eml", FROM_NAME, LOCAL_NAME, false },
};

static const Difference gmime_differences[] = {
	{ "cpython/msg_47.eml", DATE, ZONE, false },
	{ "flanker/bilingual-simple.eml", SUBJECT, PADDED_WORDS, false },
	{ "flanker/mailformed-headers.eml", FROM_NAME, RAW_TEXT, false },
	{ "jwz/001.eml", FROM_NAME, LOCAL_NAME, false },
	{ "jwz/014.eml", DATE, ZONE, false },
	{ "jwz/055.eml", FROM_NAME, LOCAL_NAME, false },
	{ "jwz/099.eml", FROM_NAME, LOCAL_NAME, false },
	{ "jwz/101.eml", DATE, ZONE, false },
	{ "jwz/125.eml", DATE, ZONE, false },
	{ "jwz/145.eml", DATE, ZONE, false },
	{ "libetpan/mime-parser__data__input__messages__headers.eml", FROM_ADDR, SPECIALS_IN_WORD,
		false },
	{ "libetpan/mime-parser__data__input__messages__headers.eml", FROM_NAME, SPECIALS_IN_WORD,
		false },
	{ "libetpan/plaintext-rendering__data__input__1640-no-charset.eml", SUBJECT, RAW_TEXT,
		false },
	{ "libetpan/plaintext-rendering__data__input__1798-korean.eml", SUBJECT, RAW_TEXT, false },
	{ "libetpan/plaintext-rendering__data__input__2135-korean.eml", SUBJECT, RAW_TEXT, false },
	{ "libetpan/plaintext-rendering__data__input__2765-korean.eml", FROM_ADDR, NO_BRACKETS,
		false },
	{ "libetpan/plaintext-rendering__data__input__2765-korean.eml", FROM_NAME, NO_BRACKETS,
		false },
	{ "libetpan/plaintext-rendering__data__input__4850-russian.eml", SUBJECT, RAW_TEXT, false },
	{ "libetpan/plaintext-rendering__data__input__5230-thai-chinese.eml", SUBJECT, PADDED_WORDS,
		false },
	{ "mail-parser/malformed__019.eml", DATE, SECOND_FIELD, false },
	{ "mime-tools/multi-bad.eml", DATE, ZONE, false },
	{ "mimekit/messages__feedback-report.eml", FROM_ADDR, BLANK_BEFORE_COLON, false },
	{ "notmuch/crypto__encrypted-signed.eml", DATE, ZONE, false },
	{ "patchwork/fuzz__date-oserror.mbox", DATE, ONLY_DAY, false },
	{ "patchwork/fuzz__date-too-long.mbox", DATE, SECOND_FIELD, false },
	{ "patchwork/fuzz__date-too-long.mbox", SUBJECT, SECOND_FIELD, false },
	{ "patchwork/fuzz__date.mbox", DATE, SECOND_FIELD, false },
	{ "patchwork/fuzz__date.mbox", FROM_ADDR, REFUSED, false },
	{ "patchwork/fuzz__date.mbox", FROM_NAME, REFUSED, false },
	{ "patchwork/fuzz__msgid-len.mbox", FROM_ADDR, SECOND_FIELD, false },
	{ "patchwork/fuzz__msgid-len.mbox", FROM_NAME, SECOND_FIELD, false },
	{ "patchwork/fuzz__msgid-len.mbox", SUBJECT, SECOND_FIELD, false },
	{ "patchwork/fuzz__msgid-len2.mbox", DATE, SECOND_FIELD, false },
	{ "patchwork/fuzz__unknown-encoding.mbox", DATE, ZONE, false },
	{ "patchwork/fuzz__unknown-encoding.mbox", FROM_ADDR, SECOND_FIELD, false },
	{ "patchwork/fuzz__unknown-encoding.mbox", FROM_NAME, SECOND_FIELD, false },
	{ "patchwork/fuzz__year-out-of-range.mbox", DATE, ONLY_DAY, false },
	{ "php-imap/imap_mime_header_decode_returns_false.eml", SUBJECT, INVALID_BYTE, false },
	{ "php-imap/issue-462.eml", FROM_ADDR, REFUSED, false },
	{ "php-imap/issue-462.eml", FROM_NAME, REFUSED, false },
	{ "php-mime-mail-parser/issue116.eml", SUBJECT, INVALID_BYTE, false },
	{ "proton-bridge/forwarding_html_attachment.eml", FROM_ADDR, REFUSED, false },
	{ "proton-bridge/html__foreign_ascii_subject_body.template.eml", FROM_ADDR, REFUSED,
		false },
	{ "proton-bridge/html__foreign_ascii_subject_body.template.eml", FROM_NAME, REFUSED,
		false },
	{ "ruby-mail/error_emails__bad_subject.eml", FROM_NAME, PADDED_WORDS, false },
	{ "ruby-mail/error_emails__bad_subject.eml", SUBJECT, PADDED_WORDS, false },
	{ "ruby-mail/mime_emails__raw_email_with_binary_encoded.eml", SUBJECT, SECOND_FIELD,
		false },
	{ "ruby-mail/plain_emails__mix_caps_content_type.eml", FROM_ADDR, NO_BRACKETS, false },
	{ "ruby-mail/plain_emails__mix_caps_content_type.eml", FROM_NAME, NO_BRACKETS, false },
	{ "sa-hard-ham-1/00042.5b7f2a0e87c853e8c8e13d556c1320d2.eml", SUBJECT, PADDED_WORDS,
		false },
	{ "sa-hard-ham-1/00149.f6fddcb1750a61e5e085e22a4fa08912.eml", SUBJECT, WINDOWS_1252,
		false },
	{ "spamassassin-tests/mime-subject.eml", FROM_ADDR, NO_BRACKETS, false },
	{ "spamassassin-tests/mime-subject.eml", FROM_NAME, NO_BRACKETS, false },
	{ "spamassassin-tests/nice__unicode2.eml", FROM_NAME, NO_BRACKETS, false },
	{ "spamassassin-tests/nice__unicode2.eml", SUBJECT, PADDED_WORDS, false },
};

/* What lies behind the first MiB or the first 10,000 lines of a header is not read. */
static const char *const beyond_bounds[] = {
	"header-one-of-10mb.eml",
	"header-subject-20000-encoded-words.eml",
	"headers-100000.eml",
	NULL,
};

/* Values of Message-ID that are asked of libnotmuch itself. */
#define BYTES(text) text, sizeof(text) - 1
static const struct {
	const char *value;
	size_t length;
} odd_ids[] = {
	{ BYTES(" <a@b>") },
	{ BYTES(" <a>") },
	{ BYTES(" <>") },
	{ BYTES(" <") },
	{ BYTES(" <x") },
	{ BYTES(" plain") },
	{ BYTES("") },
	{ BYTES(" (c<d>) <in (x)@b>") },
	{ BYTES(" < (c) a b@c>") },
	{ BYTES(" <a\n\tb@c2>") },
	{ BYTES("\n <fold@c>") },
	{ BYTES(" <one@x>\nMessage-ID: <two@x>") },
	{ BYTES("\nMessage-ID: <two@y>") },
	{ BYTES(" <=?utf-8?q?h=C3=A9?=@x>") },
	{ BYTES(" =?utf-8?q?<q@x>?=") },
	{ BYTES(" <l\xe9@x>") },
	{ BYTES(" <u\xc3\xa9@x>") },
	{ BYTES(" <h\xe9\x80\x9f@x>") },
	{ BYTES(" <nul\0here@x>") },
	{ BYTES(" <a@b1> <c@d>") },
	{ BYTES(" \"x\" <a@b2>") },
	{ BYTES(" <a@b\vc>") },
	{ BYTES(" <a\\>b@c>") },
	{ BYTES(" <cr\rx@c>") },
	{ BYTES(" (unclosed <k@l>") },
	{ BYTES(" (esc \\) x) <k2@l>") },
	{ BYTES(" <=?utf-8?q?h=C3=A9?= =?utf-8?b?w6k=?=@x>") },
	{ BYTES(" <=?utf-8?q?=3D=3Futf-8=3Fq=3Fzz=3F=3D?=@x>") },
	{ BYTES(" <tr@x>   \t") },
	{ BYTES(" plain with  two\n  folds") },
	{ BYTES(" =?iso-8859-1?q?=A0<nbsp@x>?=") },
	{ BYTES(" <a\x7f\x01@x>") },
	{ BYTES(" <a\xe2\x80\xae@x>") },
	{ BYTES(" <=?utf-8?q?a_b?=@x>") },
	{ BYTES(" <=?windows-1252?q?h=80?=@x>") },
	{ BYTES(" <=?utf-8?q?h?l@x>") },
	{ BYTES(" <=?utf-8?q?h?=?=@x>") },
	{ BYTES(" <=?utf-8*en?q?g?=@x>") },
	{ BYTES(" <=?iso-2022-jp?b?GyRCRnwbKEI=?=@x>") },
	{ BYTES(" <=?gb2312?b?xOM=?=@x>") },
	{ BYTES(" <189-----------------------------------------------------------"
		"--------------------------------------------------------------"
		"---------------------------------------------------------------x>") },
	{ BYTES(" <190-----------------------------------------------------------"
		"--------------------------------------------------------------"
		"----------------------------------------------------------------x>") },
};
#undef BYTES
