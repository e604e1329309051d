package dev.evenkeel;

import dev.evenkeel.RoutePermission.Need;
import dev.evenkeel.testing.Tenants;
import java.util.List;

/** Who may call each route of the API: the decisions that the matrix of permissions holds the service to. */
final class RoutePermissions {
    static final List<RoutePermission> ROWS = List.of(
            row("GET /health", Need.OPEN, "/health"),
            row("GET /.well-known/jwks.json", Need.OPEN, "/.well-known/jwks.json"),
            row("POST /api/v1/auth/register", Need.OPEN, "/api/v1/auth/register", "{}"),
            row("POST /api/v1/auth/login", Need.OPEN, "/api/v1/auth/login", "{}"),
            row("POST /api/v1/auth/refresh", Need.OPEN, "/api/v1/auth/refresh", "{}"),
            row("POST /api/v1/auth/password-reset", Need.OPEN, "/api/v1/auth/password-reset", "{}"),
            row("POST /api/v1/auth/password-reset/confirm", Need.OPEN, "/api/v1/auth/password-reset/confirm", "{}"),
            row("POST /api/v1/auth/logout", Need.PERSON, "/api/v1/auth/logout"),
            row("POST /api/v1/auth/logout-all", Need.PERSON, "/api/v1/auth/logout-all"),
            row("GET /api/v1/users/me", Need.USER, "/api/v1/users/me"),
            row("PATCH /api/v1/users/me", Need.PERSON, "/api/v1/users/me", "{}"),
            row("DELETE /api/v1/users/me", Need.PERSON, "/api/v1/users/me", "{'password':'" + Tenants.PASSWORD + "'}"),
            row("GET /api/v1/users/me/export", Need.PERSON, "/api/v1/users/me/export"),
            row("GET /api/v1/users/me/sessions", Need.PERSON, "/api/v1/users/me/sessions"),
            row("DELETE /api/v1/users/me/sessions/{id}", Need.PERSON, "/api/v1/users/me/sessions/{session}"),
            row(
                    "PUT /api/v1/users/me/password",
                    Need.PERSON,
                    "/api/v1/users/me/password",
                    "{'current_password':'" + Tenants.PASSWORD + "','new_password':'another-" + Tenants.PASSWORD
                            + "'}"),
            row("POST /api/v1/personal-access-tokens", Need.PERSON, "/api/v1/personal-access-tokens", "{'label':'l'}"),
            row("GET /api/v1/personal-access-tokens", Need.PERSON, "/api/v1/personal-access-tokens"),
            row("GET /api/v1/personal-access-tokens/{id}", Need.PERSON, "/api/v1/personal-access-tokens/{pat}"),
            row(
                    "PATCH /api/v1/personal-access-tokens/{id}",
                    Need.PERSON,
                    "/api/v1/personal-access-tokens/{pat}",
                    "{'label':'m'}"),
            row(
                    "POST /api/v1/personal-access-tokens/{id}/rotate",
                    Need.PERSON,
                    "/api/v1/personal-access-tokens/{pat}/rotate",
                    "{}"),
            row("DELETE /api/v1/personal-access-tokens/{id}", Need.PERSON, "/api/v1/personal-access-tokens/{pat}"),
            row("GET /api/v1/users", Need.ADMINISTRATOR, "/api/v1/users"),
            row("POST /api/v1/users", Need.ADMINISTRATOR, "/api/v1/users", "{user}"),
            row("GET /api/v1/users/{id}", Need.ADMINISTRATOR, "/api/v1/users/{user}"),
            row("PATCH /api/v1/users/{id}", Need.ADMINISTRATOR, "/api/v1/users/{user}", "{}"),
            row("DELETE /api/v1/users/{id}", Need.ADMINISTRATOR, "/api/v1/users/{user}"),
            row("GET /api/v1/users/{id}/usage", Need.ADMINISTRATOR, "/api/v1/users/{user}/usage"),
            row("GET /api/v1/audit-events", Need.ADMINISTRATOR, "/api/v1/audit-events"),
            row("GET /api/v1/operations/lanes", Need.ADMINISTRATOR, "/api/v1/operations/lanes"),
            row("GET /api/v1/operations/vectors", Need.ADMINISTRATOR, "/api/v1/operations/vectors"),
            row("POST /api/v1/collections", Need.MANAGE, "/api/v1/collections", "{'name':'{random}'}"),
            row("GET /api/v1/collections", Need.READ, "/api/v1/collections"),
            row("GET /api/v1/collections/{id}", Need.READ, "/api/v1/collections/{collection}"),
            row(
                    "PATCH /api/v1/collections/{id}",
                    Need.MANAGE,
                    "/api/v1/collections/{collection}",
                    "{'description':'d'}"),
            row("DELETE /api/v1/collections/{id}", Need.MANAGE, "/api/v1/collections/{spare-collection}"),
            row("GET /api/v1/collections/{id}/statistics", Need.READ, "/api/v1/collections/{collection}/statistics"),
            row("POST /api/v1/collections/{id}/reembed", Need.MANAGE, "/api/v1/collections/{collection}/reembed"),
            row("GET /api/v1/embedding-models", Need.READ, "/api/v1/embedding-models"),
            row("GET /api/v1/embedding-models/{name}", Need.READ, "/api/v1/embedding-models/default"),
            row(
                    "POST /api/v1/embedding-models",
                    Need.ADMINISTRATOR,
                    "/api/v1/embedding-models",
                    "{'name':'{random}','kind':'lexical-hash','dimension':8}"),
            row("PATCH /api/v1/embedding-models/{name}", Need.ADMINISTRATOR, "/api/v1/embedding-models/default", "{}"),
            row("DELETE /api/v1/embedding-models/{name}", Need.ADMINISTRATOR, "/api/v1/embedding-models/default"),
            row(
                    "POST /api/v1/collections/{id}/access-tokens",
                    Need.MANAGE,
                    "/api/v1/collections/{collection}/access-tokens",
                    "{'label':'l'}"),
            row(
                    "GET /api/v1/collections/{id}/access-tokens",
                    Need.MANAGE,
                    "/api/v1/collections/{collection}/access-tokens"),
            row("GET /api/v1/collection-access-tokens/{id}", Need.MANAGE, "/api/v1/collection-access-tokens/{cat}"),
            row(
                    "POST /api/v1/collection-access-tokens/{id}/rotate",
                    Need.MANAGE,
                    "/api/v1/collection-access-tokens/{cat}/rotate",
                    "{}"),
            row("DELETE /api/v1/collection-access-tokens/{id}", Need.MANAGE, "/api/v1/collection-access-tokens/{cat}"),
            row(
                    "POST /api/v1/collections/{id}/documents",
                    Need.WRITE,
                    "/api/v1/collections/{collection}/documents",
                    "{'content':'{random}'}"),
            row(
                    "POST /api/v1/collections/{id}/files",
                    Need.WRITE,
                    "/api/v1/collections/{collection}/files",
                    "multipart"),
            row("GET /api/v1/documents", Need.READ, "/api/v1/documents"),
            row("GET /api/v1/documents/{id}", Need.READ, "/api/v1/documents/{document}"),
            row("PATCH /api/v1/documents/{id}", Need.WRITE, "/api/v1/documents/{document}", "{'title':'t'}"),
            row("DELETE /api/v1/documents/{id}", Need.WRITE, "/api/v1/documents/{document}"),
            row("GET /api/v1/documents/{id}/chunks", Need.READ, "/api/v1/documents/{document}/chunks"),
            row("GET /api/v1/documents/{id}/content", Need.READ, "/api/v1/documents/{document}/content"),
            row(
                    "PUT /api/v1/documents/{id}/content",
                    Need.WRITE,
                    "/api/v1/documents/{document}/content",
                    "{'content':'{random}'}"),
            row(
                    "POST /api/v1/documents/{id}/move",
                    Need.MANAGE,
                    "/api/v1/documents/{document}/move",
                    "{'collection_id':'{other-collection}'}"),
            row("POST /api/v1/documents/{id}/reindex", Need.WRITE, "/api/v1/documents/{document}/reindex"),
            row("GET /api/v1/documents/{id}/links", Need.READ, "/api/v1/documents/{document}/links"),
            row("GET /api/v1/documents/{id}/backlinks", Need.READ, "/api/v1/documents/{document}/backlinks"),
            row("GET /api/v1/documents/{id}/neighbours", Need.READ, "/api/v1/documents/{document}/neighbours"),
            row("GET /api/v1/collections/{id}/tags", Need.READ, "/api/v1/collections/{collection}/tags"),
            row(
                    "GET /api/v1/collections/{id}/tags/{tag}/documents",
                    Need.READ,
                    "/api/v1/collections/{collection}/tags/a/documents"),
            row(
                    "GET /api/v1/collections/{id}/broken-links",
                    Need.READ,
                    "/api/v1/collections/{collection}/broken-links"),
            row(
                    "GET /api/v1/collections/{id}/graph/ranking",
                    Need.READ,
                    "/api/v1/collections/{collection}/graph/ranking"),
            row(
                    "POST /api/v1/collections/{id}/folders",
                    Need.ADMINISTRATOR,
                    "/api/v1/collections/{collection}/folders",
                    "{'path':'/not/allowed'}"),
            row("GET /api/v1/collections/{id}/folders", Need.READ, "/api/v1/collections/{collection}/folders"),
            row(
                    "GET /api/v1/collections/{id}/folders/{folderId}",
                    Need.READ,
                    "/api/v1/collections/{collection}/folders/{folder}"),
            row(
                    "GET /api/v1/collections/{id}/folders/{folderId}/files",
                    Need.READ,
                    "/api/v1/collections/{collection}/folders/{folder}/files"),
            row(
                    "PATCH /api/v1/collections/{id}/folders/{folderId}",
                    Need.ADMINISTRATOR,
                    "/api/v1/collections/{collection}/folders/{folder}",
                    "{'gitignore':true}"),
            row(
                    "POST /api/v1/collections/{id}/folders/{folderId}/scan",
                    Need.WRITE,
                    "/api/v1/collections/{collection}/folders/{folder}/scan",
                    "{}"),
            row(
                    "POST /api/v1/collections/{id}/folders/{folderId}/scan",
                    Need.MANAGE,
                    "/api/v1/collections/{collection}/folders/{folder}/scan",
                    "{'verify':true}"),
            row(
                    "DELETE /api/v1/collections/{id}/folders/{folderId}",
                    Need.ADMINISTRATOR,
                    "/api/v1/collections/{collection}/folders/{folder}"),
            row("POST /api/v1/documents/{id}/similar", Need.READ, "/api/v1/documents/{document}/similar", "{}"),
            row("GET /api/v1/collections/{id}/backup", Need.OVERSEE, "/api/v1/collections/{collection}/backup"),
            row("POST /api/v1/collections/restore", Need.MANAGE, "/api/v1/collections/restore", "multipart"),
            row("GET /api/v1/collections/restore/{restore_id}", Need.OVERSEE, "/api/v1/collections/restore/{restore}"),
            row(
                    "GET /api/v1/collections/{id}/completeness",
                    Need.OVERSEE,
                    "/api/v1/collections/{collection}/completeness"),
            row(
                    "POST /api/v1/collections/{id}/maintenance/{run}",
                    Need.MANAGE,
                    "/api/v1/collections/{collection}/maintenance/integrity"),
            row(
                    "GET /api/v1/collections/{id}/maintenance/{run}",
                    Need.OVERSEE,
                    "/api/v1/collections/{collection}/maintenance/latest"),
            row("POST /api/v1/search", Need.READ, "/api/v1/search", "{'query':'words'}"),
            row("GET /api/v1/memory", Need.OWN_READ, "/api/v1/memory"),
            row("GET /api/v1/memory/{namespace}", Need.OWN_READ, "/api/v1/memory/{memory}"),
            row("PUT /api/v1/memory/{namespace}", Need.OWN_WRITE, "/api/v1/memory/matrix", "{}"),
            row("DELETE /api/v1/memory/{namespace}", Need.OWN_WRITE, "/api/v1/memory/{memory}"),
            row("GET /api/v1/memory/{namespace}/stats", Need.OWN_READ, "/api/v1/memory/{memory}/stats"),
            row("POST /api/v1/memory/{namespace}/gc", Need.OWN_WRITE, "/api/v1/memory/{memory}/gc"),
            row(
                    "POST /api/v1/memory/{namespace}/batch-store",
                    Need.OWN_WRITE,
                    "/api/v1/memory/matrix/batch-store",
                    "{'items':[]}"),
            row(
                    "POST /api/v1/memory/{namespace}/batch-load",
                    Need.OWN_READ,
                    "/api/v1/memory/matrix/batch-load",
                    "{'keys':['k']}"),
            row(
                    "POST /api/v1/memory/{namespace}/batch-delete",
                    Need.OWN_WRITE,
                    "/api/v1/memory/matrix/batch-delete",
                    "{'keys':['k']}"),
            row(
                    "POST /api/v1/memory/{namespace}/batch",
                    Need.OWN_WRITE,
                    "/api/v1/memory/matrix/batch",
                    "{'operations':[]}"),
            row(
                    "POST /api/v1/memory/{namespace}/search",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/search",
                    "{'query':'w'}"),
            row(
                    "POST /api/v1/memory/{namespace}/entries",
                    Need.OWN_WRITE,
                    "/api/v1/memory/matrix/entries",
                    "{'text':'t'}"),
            row("GET /api/v1/memory/{namespace}/vectors", Need.OWN_READ, "/api/v1/memory/{memory}/vectors"),
            row(
                    "PUT /api/v1/memory/{namespace}/vectors/{collection}",
                    Need.OWN_WRITE,
                    "/api/v1/memory/matrix/vectors/v",
                    "{'dimension':2,'metric':'l2'}"),
            row(
                    "GET /api/v1/memory/{namespace}/vectors/{collection}",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/vectors/{vectors}"),
            row(
                    "POST /api/v1/memory/{namespace}/vectors/{collection}",
                    Need.OWN_WRITE,
                    "/api/v1/memory/{memory}/vectors/{vectors}",
                    "{'items':[]}"),
            row(
                    "POST /api/v1/memory/{namespace}/vectors/{collection}/search",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/vectors/{vectors}/search",
                    "{'vector':[1,1]}"),
            row(
                    "GET /api/v1/memory/{namespace}/vectors/{collection}/{id}",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/vectors/{vectors}/i"),
            row(
                    "DELETE /api/v1/memory/{namespace}/vectors/{collection}/{id}",
                    Need.OWN_WRITE,
                    "/api/v1/memory/{memory}/vectors/{vectors}/i"),
            row(
                    "DELETE /api/v1/memory/{namespace}/vectors/{collection}",
                    Need.OWN_WRITE,
                    "/api/v1/memory/{memory}/vectors/{vectors}"),
            row("GET /api/v1/memory/{namespace}/entries", Need.OWN_READ, "/api/v1/memory/matrix/entries"),
            row(
                    "DELETE /api/v1/memory/{namespace}/entries",
                    Need.OWN_WRITE,
                    "/api/v1/memory/{memory}/entries?prefix=none"),
            row("PUT /api/v1/memory/{namespace}/entries/{key}", Need.OWN_WRITE, "/api/v1/memory/matrix/entries/k", "1"),
            row(
                    "GET /api/v1/memory/{namespace}/entries/{key}",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/entries/{entry}"),
            row(
                    "DELETE /api/v1/memory/{namespace}/entries/{key}",
                    Need.OWN_WRITE,
                    "/api/v1/memory/{memory}/entries/{entry}"),
            row(
                    "GET /api/v1/memory/{namespace}/entries/{key}/versions",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/entries/k/versions"),
            row("GET /api/v1/memory/{namespace}/changes", Need.OWN_READ, "/api/v1/memory/{memory}/changes"),
            row(
                    "GET /api/v1/memory/{namespace}/changes/events",
                    Need.OWN_READ,
                    "/api/v1/memory/{memory}/changes/events"),
            row("GET /api/v1/quarantine", Need.READ, "/api/v1/quarantine"),
            row("GET /api/v1/quarantine/{id}", Need.READ, "/api/v1/quarantine/{held}"),
            row("POST /api/v1/quarantine/{id}/restore", Need.MANAGE, "/api/v1/quarantine/{held}/restore"),
            row("DELETE /api/v1/quarantine/{id}", Need.MANAGE, "/api/v1/quarantine/{held}"),
            row(
                    "POST /api/v1/quarantine/purge",
                    Need.MANAGE,
                    "/api/v1/quarantine/purge",
                    "{'dry_run':true,'older_than_days':0}"),
            row("GET /api/v1/jobs", Need.READ, "/api/v1/jobs"),
            row("GET /api/v1/jobs/events", Need.READ, "/api/v1/jobs/events"),
            row("GET /api/v1/jobs/{id}", Need.READ, "/api/v1/jobs/{job}"),
            row("POST /api/v1/jobs/{id}/cancel", Need.WRITE, "/api/v1/jobs/{job}/cancel"),
            row("POST /api/v1/jobs/{id}/retry", Need.WRITE, "/api/v1/jobs/{job}/retry"),
            row("POST /api/v1/jobs/redrive", Need.ADMINISTRATOR, "/api/v1/jobs/redrive", "{}"),
            row("GET /api/v1/jobs/kinds", Need.ADMINISTRATOR, "/api/v1/jobs/kinds"),
            row(
                    "POST /api/v1/jobs/kinds/{kind}/pause",
                    Need.ADMINISTRATOR,
                    "/api/v1/jobs/kinds/knowledge.purge-collection/pause"),
            row(
                    "POST /api/v1/jobs/kinds/{kind}/resume",
                    Need.ADMINISTRATOR,
                    "/api/v1/jobs/kinds/knowledge.purge-collection/resume"),
            row(
                    "POST /api/v1/jobs/kinds/{kind}/clear",
                    Need.ADMINISTRATOR,
                    "/api/v1/jobs/kinds/knowledge.purge-collection/clear"));

    private RoutePermissions() {}

    private static RoutePermission row(String route, Need need, String path) {
        return new RoutePermission(route, need, path, "");
    }

    private static RoutePermission row(String route, Need need, String path, String body) {
        return new RoutePermission(route, need, path, body.replace('\'', '"'));
    }
}
