#pragma once
/*
 * How an account is, from what its agent says: words for the status line and marks for the folders pane.
 * UI thread.
 */
#include <stdbool.h>

#include "index/clean_text.h"
#include "index/json.h"

typedef struct AccountStatus AccountStatus;

typedef enum AccountPassword {
	PASSWORD_KNOWN, /* or not needed */
	PASSWORD_WANTED,
	PASSWORD_REFUSED, /* with the last one the login failed; another is wanted */
} AccountPassword;

/* PLAIN: its connection is not encrypted, which is said all the time. */
AccountStatus *account_status_new(const char *name, bool plain);
void account_status_free(AccountStatus *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AccountStatus, account_status_free)

/* Takes in an event of the protocol (account.h); NOW in Unix seconds. */
void account_status_take(AccountStatus *status, const char *event, JsonObject *object, int64_t now);

/* The agent has not answered for a while, or does again. */
void account_status_set_silent(AccountStatus *status, bool silent);

/* Why nothing is done in the account, or in some of its folders, in a few words; NULL: all is done. */
void account_status_set_held(AccountStatus *status, const char *why);

/* Must the user type a password before this account goes on? */
void account_status_set_password(AccountStatus *status, AccountPassword password);
bool account_status_wants_password(const AccountStatus *status);

/* "work ✓ 14:03", "home: offline, next try 40 s, mail.example.org did not answer"; BRIEF: without the reason.
 * The caller owns it. */
char *account_status_text(const AccountStatus *status, int64_t now, bool brief);

/* "✗ offline" for the folders pane; NULL: all is well. Constant text. */
const char *account_status_mark(const AccountStatus *status);

/* How much the user is to know it, when several accounts have something to tell. */
typedef enum AccountUrgency {
	URGENCY_WELL,
	URGENCY_BUSY,
	URGENCY_PASSWORD,
	URGENCY_TROUBLE
} AccountUrgency;
AccountUrgency account_status_urgency(const AccountStatus *status);

bool account_status_counts_down(const AccountStatus *status); /* its text changes by the second */
bool account_status_is_well(const AccountStatus *status);     /* synced, and watching */

/* "sync of work: INBOX, new mail, 1,204 of 20,000, 850 a second, 22 s left"; NULL: none is under way. The caller
 * owns it. */
char *account_status_sync_text(const AccountStatus *status);
char *account_status_index_text(const AccountStatus *status); /* the same of the index */

/* Is something on its way from the server? */
bool account_status_is_busy(const AccountStatus *status);

/* Is the server out of reach, so that what isn't here will come later? */
bool account_status_is_offline(const AccountStatus *status);

/* How far the header pass of FOLDER is (NULL: of any); false: none is under way. FOLDER_NOW belongs to STATUS. */
bool account_status_progress(const AccountStatus *status, const char *folder,
	const char **folder_now, int64_t *done, int64_t *total);
