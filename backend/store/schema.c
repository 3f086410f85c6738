#include "backend/store/schema.h"

/*
 * Columns beside those of a classic three-way sync state: the envelope (date … tags), so that lists need
 * no index and no files; "here" follows part; "date" is never NULL, dated says where it came from.
 */
const char schema_sql[] =
	"CREATE TABLE meta(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"

	"CREATE TABLE folder(id INTEGER PRIMARY KEY, rname BLOB NOT NULL UNIQUE, name TEXT NOT "
        "NULL UNIQUE,"
	" path TEXT NOT NULL UNIQUE, delim TEXT, attrs INT NOT NULL DEFAULT 0, role INT NOT NULL "
        "DEFAULT 0,"
	" mailboxid TEXT, subscribed INT, mode INT NOT NULL DEFAULT 3,"
	" uidvalidity INT NOT NULL DEFAULT 0, uidnext INT NOT NULL DEFAULT 0, uidlow INT NOT NULL "
        "DEFAULT 0,"
	" modseq INT NOT NULL DEFAULT 0, s_uidnext INT, s_modseq INT, s_exists INT,"
	" permflags INT, kwok INT, dir_dev INT, dir_ino INT, scan_ns INT, uvchanges INT NOT NULL "
        "DEFAULT 0,"
	" missing INT NOT NULL DEFAULT 0, state INT NOT NULL DEFAULT 0, err TEXT,"
	/* listed rows only, and their flags as wanted: kept by one function */
	" total INT NOT NULL DEFAULT 0, unread INT NOT NULL DEFAULT 0, flagged INT NOT NULL "
        "DEFAULT 0,"
	" bodies INT NOT NULL DEFAULT 0);"

	"CREATE TABLE msg(id INTEGER PRIMARY KEY, folder INT NOT NULL REFERENCES folder, uid INT,"
	" key TEXT, lfolder INT, part INT NOT NULL DEFAULT 0," /* part: 0 nothing, 1 stub, 3 full */
	" base INT NOT NULL, loc INT NOT NULL, ff INT NOT NULL DEFAULT 0, doubt INT NOT NULL "
        "DEFAULT 0,"
	" ffx TEXT," /* flag letters of the file name that are not ours */
	" bkw TEXT NOT NULL DEFAULT '', lkw TEXT NOT NULL DEFAULT '',"
	" st INT NOT NULL," /* 0 live, 1 fetching, 2 tomb, 4 limbo */
	" lim INT, was INT, op INT, modseq INT, size INT, idate INT,"
	" midh INT, hdrh BLOB, gid TEXT, filt INT NOT NULL DEFAULT 0,"
	" date INT NOT NULL, dated INT NOT NULL DEFAULT 0, thread INT NOT NULL,"
	" from_name TEXT, from_addr TEXT, subject TEXT, mid TEXT, list TEXT, attach INT NOT NULL "
        "DEFAULT 0,"
	" unsearchable TEXT);"
	"CREATE UNIQUE INDEX m_uid ON msg(folder,uid) WHERE uid IS NOT NULL;"
	"CREATE UNIQUE INDEX m_key ON msg(key) WHERE key IS NOT NULL;"
	"CREATE INDEX m_mid ON msg(midh) WHERE midh IS NOT NULL;"
	"CREATE INDEX m_gid ON msg(gid) WHERE gid IS NOT NULL;"
	"CREATE INDEX m_work ON msg(folder,uid) WHERE st=1;"
	"CREATE INDEX m_limbo ON msg(hdrh) WHERE st IN (2,4);"
	"CREATE INDEX m_dirty ON msg(folder) WHERE loc<>base OR doubt<>0;"
	"CREATE INDEX m_list ON msg(folder,date,id) WHERE st IN (0,1);"
	"CREATE INDEX m_thread ON msg(thread);"
	"CREATE INDEX m_flagged ON msg(date,id) WHERE st IN (0,1) AND (loc & 2)<>0;"

	/* msg-id hash → thread hash, for messages and for ids that were only referred to */
	"CREATE TABLE tmid(mid INTEGER PRIMARY KEY, thread INT NOT NULL);"
	"CREATE INDEX tmid_thread ON tmid(thread);"
	/* the threads of a folder by newest message, and their sums */
	"CREATE TABLE fthread(folder INT NOT NULL, thread INT NOT NULL, newest INT NOT NULL, total "
        "INT NOT NULL,"
	" unread INT NOT NULL, flagged INT NOT NULL, PRIMARY KEY(folder,thread)) WITHOUT ROWID;"
	"CREATE INDEX fthread_newest ON fthread(folder,newest,thread);"

	"CREATE TABLE op(id INTEGER PRIMARY KEY AUTOINCREMENT, kind INT NOT NULL, msg INT, src "
        "INT, dst INT, arg BLOB,"
	" state INT NOT NULL DEFAULT 0, win BLOB, fl INT, tries INT NOT NULL DEFAULT 0,"
	" not_before INT NOT NULL DEFAULT 0, err TEXT, made INT);"
	"CREATE TABLE deed(id TEXT NOT NULL, seq INT NOT NULL, inverse TEXT NOT NULL, made INT NOT "
        "NULL,"
	" PRIMARY KEY(id,seq)) WITHOUT ROWID;"
	"CREATE TABLE quarantine(folder INT, uid INT, why TEXT, tries INT, next INT, PRIMARY "
        "KEY(folder,uid)) WITHOUT ROWID;"
	"CREATE TABLE ixq(id INTEGER PRIMARY KEY AUTOINCREMENT, act INT NOT NULL, msg INT, key "
        "TEXT NOT NULL,"
	" idle INT NOT NULL DEFAULT 0, date INT NOT NULL DEFAULT 0);"
	"CREATE UNIQUE INDEX ixq_key ON ixq(key,act);"
	"CREATE INDEX ixq_order ON ixq(idle,date);"
	"CREATE TABLE pop(uidl TEXT PRIMARY KEY, key TEXT, first INT, last INT, size INT, hdrh "
        "BLOB, st INT) WITHOUT ROWID;"
	"CREATE TABLE outbox(id INTEGER PRIMARY KEY, mid TEXT, mailfrom TEXT, st INT, tries INT, "
        "not_before INT, err TEXT,"
	" sentpol INT);"
	"CREATE TABLE rcpt(outbox INT, addr TEXT, st INT, code INT, text TEXT, PRIMARY "
        "KEY(outbox,addr)) WITHOUT ROWID;";
