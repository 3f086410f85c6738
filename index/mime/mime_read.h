#pragma once
/*
 * A message as a tree of parts: GMime finds the parts and undoes their transfer encodings, the walk,
 * the limits and what is said of each part are ours. Contents stay in the file until somebody asks.
 * One thread.
 */
#include <gmime/gmime.h>

#include "index/header.h"
#include "index/mime/mime_file.h"

/* One part, containers too, in the order of the message. */
typedef struct MimePart {
	char *number;  /* as IMAP numbers it, "2.1"; a multipart that is the message itself: "0" */
	char *type;    /* "type/subtype", lower case */
	char *name;    /* file name, decoded but not clean; NULL: none */
	char *charset; /* as named; NULL: none */
	int depth;
	bool leaf;        /* no container; an attached message counts as a leaf */
	bool inside;      /* belongs to an attached message */
	bool disposed;    /* of as attachment */
	bool alternative; /* stands in a multipart/alternative of several */
	bool attachment;  /* by the rule of `curlew show` */
	bool too_deep;    /* its children are not shown */
	bool flowed, delete_space;
	GMimeObject *object; /* borrowed from the message */
} MimePart;

typedef struct MimeMessage {
	MimeFile *file;
	Header *header;
	GMimeObject *root; /* NULL: GMime could make nothing of it */
	GPtrArray *parts;  /* of MimePart, at most MIME_PARTS */
	bool parts_cut;
} MimeMessage;

MimeMessage *mime_message_open(const char *path, GError **error);
void mime_message_close(MimeMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeMessage, mime_message_close)

/* The part of this number, or NULL. */
const MimePart *mime_message_part(const MimeMessage *message, const char *number);

/*
 * Hands the decoded bytes of a part to on_bytes, piece by piece, until it returns false. A container
 * has none, an attached message is handed out as it is. False if on_bytes ended it.
 */
typedef bool (*MimeOnBytes)(const char *bytes, size_t length, void *data);
bool mime_part_decode(const MimePart *part, MimeOnBytes on_bytes, void *data);

/* Bytes of the part in the file; 0 if it is no plain part. *slow: decoding takes 10 ns a byte, not 1. */
int64_t mime_part_encoded_length(const MimePart *part, bool *slow);
