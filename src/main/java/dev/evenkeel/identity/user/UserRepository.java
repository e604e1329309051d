package dev.evenkeel.identity.user;

import dev.evenkeel.platform.database.SqlConditions;
import dev.evenkeel.platform.database.UuidV7;
import dev.evenkeel.platform.http.DatabaseFailures;
import dev.evenkeel.platform.http.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Every query about accounts. */
@Singleton
public class UserRepository {
    private static final String SELECT = "select " + User.COLUMNS + " from app_user u";

    /** The account of this id. */
    public Uni<User> require(SqlConnection connection, UUID id) {
        return connection
                .preparedQuery(SELECT + " where u.id = $1")
                .execute(Tuple.of(id))
                .map(rows -> first(rows).orElseThrow(UserRepository::notFound));
    }

    /** The account of this id, kept from changes by others until the transaction ends. */
    public Uni<User> requireForChange(SqlConnection tx, UUID id) {
        return tx.preparedQuery(SELECT + " where u.id = $1 for update")
                .execute(Tuple.of(id))
                .map(rows -> first(rows).orElseThrow(UserRepository::notFound));
    }

    /** The account of this username or e-mail address, whatever its case. */
    public Uni<Optional<User>> find(SqlConnection connection, String usernameOrEmail) {
        // No username has the form of an e-mail address, so at most one is found.
        String column = usernameOrEmail.contains("@") ? "email" : "username";
        return connection
                .preparedQuery(SELECT + " where lower(u." + column + ") = lower($1)")
                .execute(Tuple.of(usernameOrEmail.replace("\u0000", "\uFFFD")))
                .map(UserRepository::first);
    }

    /**
     * Makes an account.
     *
     * @param administrator whether it is one; with null the first account is
     * @throws ProblemException (as failure) 409 when the name or the address is taken
     */
    Uni<User> insert(SqlConnection tx, NewUser wanted, String passwordHash, @Nullable Boolean administrator) {
        return tx.preparedQuery("""
                        insert into app_user as u (id, username, email, password_hash, administrator)
                        values ($1, $2, $3, $4, coalesce($5, not exists (select from app_user)))
                        on conflict do nothing returning\s""" + User.COLUMNS)
                .execute(Tuple.of(UuidV7.next(), wanted.username(), wanted.email(), passwordHash, administrator))
                .map(rows -> first(rows).orElseThrow(UserRepository::taken));
    }

    /** Changes what is named; fails with 409 when the name or the address is taken. */
    Uni<User> update(SqlConnection tx, UUID id, UserChange change, @Nullable String passwordHash) {
        return tx.preparedQuery("""
                        update app_user u set username = coalesce($2, username), email = coalesce($3, email),
                            password_hash = coalesce($4, password_hash), active = coalesce($5, active),
                            administrator = coalesce($6, administrator), version = version + 1, updated_at = now()
                        where id = $1 returning\s""" + User.COLUMNS)
                .execute(Tuple.of(
                        id, change.username(), change.email(), passwordHash, change.active(), change.administrator()))
                .map(rows -> first(rows).orElseThrow(UserRepository::notFound))
                .onFailure(DatabaseFailures::isUniqueViolation)
                .transform(failure -> taken());
    }

    /** Stores a new password if the present one is still the one that was checked. */
    public Uni<Boolean> replacePassword(SqlConnection tx, UUID id, String presentHash, String newHash) {
        return tx.preparedQuery("""
                        update app_user set password_hash = $3, version = version + 1, updated_at = now()
                        where id = $1 and active and password_hash = $2""").execute(Tuple.of(id, presentHash, newHash)).map(rows -> rows.rowCount() == 1);
    }

    /** Notes a sign-in if the account is still active and has the password that was checked. */
    public Uni<Boolean> signedIn(SqlConnection tx, User user, String newHash) {
        return tx.preparedQuery("""
                        update app_user set signed_in_at = now(), password_hash = $3
                        where id = $1 and active and password_hash = $2""")
                .execute(Tuple.of(user.id(), user.passwordHash(), newHash))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Deletes the account with its sessions, tokens and counts. */
    Uni<Void> delete(SqlConnection tx, UUID id) {
        return tx.preparedQuery("delete from app_user where id = $1")
                .execute(Tuple.of(id))
                .replaceWithVoid();
    }

    /** Whether nobody else could administer. */
    Uni<Boolean> isLastAdministrator(SqlConnection tx, User user) {
        if (!user.administrator() || !user.active()) {
            return Uni.createFrom().item(false);
        }
        return tx.preparedQuery("select 1 from app_user where administrator and active and id <> $1 limit 1")
                .execute(Tuple.of(user.id()))
                .map(rows -> rows.size() == 0);
    }

    /** Accounts newest first, one more than asked for when there is another page. */
    Uni<List<UserView>> list(SqlConnection connection, @Nullable String query, int limit, @Nullable UUID before) {
        SqlConditions conditions = new SqlConditions();
        if (query != null) {
            String placeholder = conditions.parameter(query.replace("\u0000", "\uFFFD"));
            conditions.and("(strpos(lower(u.username), lower(" + placeholder + ")) > 0 or strpos(lower(u.email), lower("
                    + placeholder + ")) > 0)");
        }
        if (before != null) {
            conditions.and("u.id < $", before);
        }
        return connection
                .preparedQuery(
                        SELECT + conditions.where() + " order by u.id desc limit " + conditions.parameter(limit + 1))
                .execute(conditions.tuple())
                .map(rows -> {
                    List<UserView> views = new ArrayList<>();
                    rows.forEach(row -> views.add(User.of(row).view()));
                    return views;
                });
    }

    /** The account with counts of what hangs on it. */
    Uni<UserDetail> detail(SqlConnection connection, UUID id) {
        return connection
                .preparedQuery("select " + User.COLUMNS + """
                        ,   (select count(*) from user_session s
                             where s.user_id = u.id and s.ended_at is null and s.expires_at > now()) as sessions_open,
                            t.personal_active, t.personal_inactive, t.collection_active, t.collection_inactive
                        from app_user u, lateral (
                            select count(*) filter (where kind = 'personal' and usable) as personal_active,
                                   count(*) filter (where kind = 'personal' and not usable) as personal_inactive,
                                   count(*) filter (where kind = 'collection' and usable) as collection_active,
                                   count(*) filter (where kind = 'collection' and not usable) as collection_inactive
                            from (select kind, revoked_at is null and expires_at > now() as usable
                                  from access_token where user_id = u.id) k) t
                        where u.id = $1""")
                .execute(Tuple.of(id))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw notFound();
                    }
                    return detail(rows.iterator().next());
                });
    }

    private static UserDetail detail(Row row) {
        UserView view = User.of(row).view();
        return new UserDetail(
                view.id(),
                view.username(),
                view.email(),
                view.administrator(),
                view.active(),
                view.version(),
                view.createdAt(),
                view.updatedAt(),
                view.signedInAt(),
                row.getLong("sessions_open"),
                row.getLong("personal_active"),
                row.getLong("personal_inactive"),
                row.getLong("collection_active"),
                row.getLong("collection_inactive"));
    }

    private static Optional<User> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(User.of(rows.iterator().next()));
    }

    private static ProblemException notFound() {
        return ProblemException.notFound("user");
    }

    private static ProblemException taken() {
        return ProblemException.conflict("This username or e-mail address is taken.");
    }
}
