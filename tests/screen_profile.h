#pragma once
/*
 * A profile on disk for the screen's tests: two accounts with folders and mail, a store each, an index;
 * all of it the same in every run. One thread; what must succeed is asserted.
 */
#include <glib.h>

typedef struct ScreenProfile {
	char *root;
	char **environment; /* XDG variables and the like, "NAME=value" */
} ScreenProfile;

/* MESSAGES: in the big folder of the first account. INDEX: build the notmuch index too. */
ScreenProfile *screen_profile_new(unsigned messages, gboolean index);
/* One account, "work", whose INBOX holds these files (NULL ends them), the last one the newest; no index. */
ScreenProfile *screen_profile_new_of(const char *const *mails);
/* The same of copies of files. PATHS: of char *. */
ScreenProfile *screen_profile_new_of_files(const GPtrArray *paths);
/* Runs SQL in the store of an account. */
void screen_profile_change_store(ScreenProfile *profile, const char *account, const char *sql);
/* Of what "work" holds, the store knows the headers alone from now on. */
void screen_profile_make_stubs(ScreenProfile *profile);
/* Puts TAG on all messages of its index. */
void screen_profile_tag(ScreenProfile *profile, const char *tag);
/* A profile without a config. */
ScreenProfile *screen_profile_new_empty(void);
/* A folder without mail, committed by this process. */
void screen_profile_add_folder(ScreenProfile *profile, const char *account, const char *name);
/* A plain message. */
typedef struct ScreenMail {
	unsigned hour;      /* of 2010; also its number */
	const char *id;     /* without <> */
	const char *parent; /* what it answers; NULL: nothing */
	const char *subject;
	const char *flags; /* letters of the file's name */
	const char *text;  /* NULL: "This is ID." */
	const char *from;  /* NULL: Ada */
	unsigned lines;    /* of text beside that */
} ScreenMail;
/* A folder with these, committed by this process; or these more. */
void screen_profile_add_mail(ScreenProfile *profile, const char *account, const char *folder,
	const ScreenMail *mails, size_t count);
/* One unread mail more in the inbox of ACCOUNT, committed by this process; NUMBER: one that none has (≥ 5000). */
void screen_profile_add_one(ScreenProfile *profile, const char *account, unsigned number);
/* The text of a config, where nothing is marked read by being shown unless TEXT says when. The caller owns it. */
char *screen_profile_config(const char *text);
void screen_profile_free(ScreenProfile *profile); /* removes it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScreenProfile, screen_profile_free)
