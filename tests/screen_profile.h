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
/* A profile without a config. */
ScreenProfile *screen_profile_new_empty(void);
/* A folder without mail, committed by this process. */
void screen_profile_add_folder(ScreenProfile *profile, const char *account, const char *name);
/* One unread mail more in the inbox of ACCOUNT, committed by this process; NUMBER: one that none has (≥ 5000). */
void screen_profile_add_mail(ScreenProfile *profile, const char *account, unsigned number);
void screen_profile_free(ScreenProfile *profile); /* removes it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScreenProfile, screen_profile_free)
