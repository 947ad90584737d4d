"""Lost, restored and upgraded databases."""
