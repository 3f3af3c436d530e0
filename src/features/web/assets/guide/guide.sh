# --- token
SERVICE=${SERVICE:-http://localhost:8080}
# The local profile signs in by any name. Elsewhere TOKEN is an ID token of the issuer, or a personal token.
TOKEN=$(curl -s $SERVICE/local/token -H 'Content-Type: application/json' -d '{"name": "ana"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')

# --- upload
# The key stays the same when you try again: the photo is made once.
curl -s $SERVICE/v1/photos -H "Authorization: Bearer $TOKEN" -H "Idempotency-Key: lake-1" \
  -F caption='Evening at the lake' -F image=@lake.jpg

# --- page
curl -s "$SERVICE/v1/timeline?limit=50" -H "Authorization: Bearer $TOKEN"

# --- picture
# The address of a picture needs no headers.
URL=$(curl -s "$SERVICE/v1/timeline?limit=1" -H "Authorization: Bearer $TOKEN" | sed 's/.*"small":{"url":"\([^"]*\)".*/\1/')
curl -s "$SERVICE$URL" -o small.jpg

# --- paging
# `next` of each page is the cursor of the page after it; null at the end.
NEXT=$(curl -s "$SERVICE/v1/timeline?limit=1" -H "Authorization: Bearer $TOKEN" | sed 's/.*"next":"\{0,1\}\([^",}]*\).*/\1/')
[ "$NEXT" = null ] || curl -s "$SERVICE/v1/timeline?limit=50&cursor=$NEXT" -H "Authorization: Bearer $TOKEN"

# --- changes
SINCE=$(curl -s $SERVICE/v1/changes -H "Authorization: Bearer $TOKEN" | sed 's/.*"token":"\([^"]*\)".*/\1/')
curl -s "$SERVICE/v1/changes?token=$SINCE" -H "Authorization: Bearer $TOKEN"

# --- session
curl -s $SERVICE/v1/uploads -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d "{\"bytes\": $(wc -c < lake.jpg), \"type\": \"image/jpeg\", \"sha256\": \"$(sha256sum lake.jpg | cut -c 1-64)\"}" > upload.json
curl -s -T lake.jpg "$(sed 's/.*"sessionUrl":"\([^"]*\)".*/\1/' upload.json)"
curl -s $SERVICE/v1/photos/batch -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d "{\"items\": [{\"upload\": \"$(sed 's/.*"id":"\([^"]*\)".*/\1/' upload.json)\"}]}"

# --- grant
GRANT=$(curl -s $SERVICE/v1/upload-grants -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
  -d '{"count": 1}' | sed 's/.*"url":"\([^"]*\)".*/\1/')
curl -s -T lake.jpg "$GRANT"
