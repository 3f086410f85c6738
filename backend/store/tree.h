#pragma once
/*
 * Directories and files below one root, reached component by component without ever following a
 * symbolic link: nothing here can leave the tree. Paths are relative ("Lists/notmuch"), their components
 * never "." or "..". Descriptors are the caller's. Any thread. Errors: ACCOUNT_ERROR_FULL for a full or
 * failing disk, _GONE for what is not there, else _FAILED.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

/* Sets an error from errno: "cannot DOING NAME: …". Always returns false. */
bool tree_fail(GError **error, int code, const char *doing, const char *name);

/* Opens an absolute directory that the user named (may be reached through links). -1 on error. */
int tree_open_root(const char *path, GError **error);
/* Opens a directory below ROOT. -1 on error. */
int tree_open(int root, const char *path, GError **error);
/* The same, making what is missing (0700), durable when it returns. */
int tree_make(int root, const char *path, GError **error);
/* Makes cur, new and tmp in a folder's directory, durable. */
bool tree_make_maildir(int root, const char *path, GError **error);

bool tree_sync(int directory, GError **error);

/* Renames without ever replacing a file. 0 or an errno (EEXIST, ENOENT …). */
int tree_rename(int from, const char *from_name, int to, const char *to_name);

/* A second name of a file, never in place of one. 0 or an errno. */
int tree_link(int from, const char *from_name, int to, const char *to_name);

/* A second file with the same bytes and time, which are durable then; in tmp: an older one goes. 0 or an errno. */
int tree_copy(int from, const char *from_name, int to, const char *to_name);

/* Is NAME a regular file (no link)? STATUS may be NULL. errno is set if not. */
bool tree_is_file(int directory, const char *name, struct stat *status);

/* Writes a small file through a temporary name, durable, replacing an older one. */
bool tree_write_file(int directory, const char *name, const char *text, GError **error);

/*
 * Calls VISIT with the name of each entry of a directory but "." and ".."; it returns false to end
 * early (no error). False on a read error.
 */
typedef bool (*TreeVisit)(int directory, const char *name, void *data);
bool tree_list(int directory, TreeVisit visit, void *data, GError **error);

/*
 * How the Maildirs of a tree lie: as directories of their levels, or as Maildir++ has it, the inbox being the tree itself
 * and all others ".Level.Level" in it.
 */
typedef enum { TREE_PLAIN, TREE_DOTTED } TreeForm;

/*
 * Calls VISIT for each Maildir of the tree (a directory that has a cur) that is of that form, with its path; DIRECTORY is
 * its descriptor. Links are not followed, at most 32 levels.
 */
bool tree_maildirs(int root, TreeForm form, TreeVisit visit, void *data, GError **error);

/*
 * Sets the form of the Maildirs that are there, TREE_PLAIN where there are none; *MIXED to a sentence where they are not
 * of one form, or of a third, which is not safe to work in. The caller owns it.
 */
bool tree_find_form(int root, TreeForm *form, char **mixed, GError **error);

void tree_close(int *descriptor);
void tree_close_subs(int subs[2]); /* new and cur of a Maildir */
/* A descriptor that the end of scope closes. */
typedef int TreeFd;
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(TreeFd, close, -1)
